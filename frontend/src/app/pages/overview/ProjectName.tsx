import { Button, Popover, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import * as api from "../../../api/calls";
import { fieldErrors } from "../../../api/errors";
import type { Project } from "../../../api/types";
import { describeError } from "../../data/describeError";
import { keys } from "../../data/queries";
import { t } from "../../i18n";
import classes from "./overview.module.css";

function RenameForm({ project, onDone }: { project: Project; onDone: () => void }) {
  const cache = useQueryClient();
  const [name, setName] = useState(project.name);
  const rename = useMutation({
    mutationFn: () => api.changeProject(project.id, { name: name.trim() }),
    onSuccess: (changed) => {
      cache.setQueryData(keys.project(project.id), changed);
      void cache.invalidateQueries({ queryKey: keys.projects });
      onDone();
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (name.trim() !== "") rename.mutate();
  };
  const problem = rename.error === null ? null : (fieldErrors(rename.error)["name"] ?? describeError(rename.error));
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={t("rename.label")}
        maxLength={200}
        value={name}
        error={problem}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" loading={rename.isPending} disabled={name.trim() === ""}>
        {t("rename.save")}
      </Button>
    </form>
  );
}

export function ProjectName({ project }: { project: Project }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} width="20rem" position="bottom-end" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button variant="default" onClick={() => setOpened((before) => !before)}>
          {t("rename.open")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <RenameForm project={project} onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
