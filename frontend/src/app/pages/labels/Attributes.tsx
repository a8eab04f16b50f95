import { ActionIcon, Button } from "@mantine/core";
import { useState } from "react";

import type { Attribute } from "../../../api/attributeCalls";
import type { Label } from "../../../api/types";
import { describeError } from "../../data/describeError";
import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { AttributeForm } from "./AttributeForm";
import { changeOf, draftOf, inputOf, summaryOf } from "./attributeDraft";
import classes from "./attributes.module.css";
import { LostAnswers } from "./LostAnswers";
import { answersLost, inOrder, useAttributeWrites } from "./useAttributeWrites";

interface AttributesProps {
  projectId: number;
  label: Label;
  manages: boolean;
}

/** What a label asks of its objects: to read, and for admins to change. */
export function Attributes({ projectId, label, manages }: AttributesProps) {
  const { add } = useAttributeWrites(projectId, label.id);
  const [adding, setAdding] = useState(false);
  const attributes = inOrder(label.attributes);
  return (
    <section className={classes.attributes} aria-label={t("attributes.title", { label: label.name })}>
      <p className={classes.intro}>{t(attributes.length === 0 ? "attributes.none" : "attributes.intro")}</p>
      <ul className={classes.list}>
        {attributes.map((attribute, index) => (
          <Row key={attribute.id} {...{ projectId, label, manages, attribute }} index={index} last={index === attributes.length - 1} />
        ))}
      </ul>
      {!manages ? null : adding ? (
        <AttributeForm start={null} store={(draft) => add.mutateAsync(inputOf(draft))} onDone={() => setAdding(false)} />
      ) : (
        <Button size="xs" variant="default" leftSection={<Icon name="plus" size={0.875} />} onClick={() => setAdding(true)}>
          {t("attributes.add")}
        </Button>
      )}
    </section>
  );
}

interface RowProps extends AttributesProps {
  attribute: Attribute;
  index: number;
  last: boolean;
}

function Row(props: RowProps) {
  const { projectId, label, manages, attribute } = props;
  const { change } = useAttributeWrites(projectId, label.id);
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <li>
        <AttributeForm
          start={draftOf(attribute)}
          store={(draft, confirm) => change.mutateAsync({ id: attribute.id, body: changeOf(draft, confirm) })}
          onDone={() => setEditing(false)}
        />
      </li>
    );
  }
  return (
    <li>
      <div className={classes.row}>
        <span className={classes.name}>
          {attribute.name}
          {attribute.required ? <span className={classes.required}>{t("attributes.isRequired")}</span> : null}
        </span>
        <span className={classes.summary}>{summaryOf(attribute)}</span>
        {manages ? <Order {...props} /> : null}
        {manages ? (
          <ActionIcon aria-label={t("attributes.change", { name: attribute.name })} onClick={() => setEditing(true)}>
            <Icon name="edit" size={1} />
          </ActionIcon>
        ) : null}
      </div>
      {manages ? <Removing projectId={projectId} label={label} attribute={attribute} /> : null}
    </li>
  );
}

function Order({ projectId, label, attribute, index, last }: RowProps) {
  const { change } = useAttributeWrites(projectId, label.id);
  const { id, name } = attribute;
  const to = (place: number) => (): void => change.mutate({ id, body: { position: place } });
  return (
    <>
      <ActionIcon aria-label={t("attributes.up", { name })} disabled={index === 0 || change.isPending} onClick={to(index)}>
        <span className={classes.up}>
          <Icon name="chevronRight" size={1} />
        </span>
      </ActionIcon>
      <ActionIcon aria-label={t("attributes.down", { name })} disabled={last || change.isPending} onClick={to(index + 2)}>
        <span className={classes.down}>
          <Icon name="chevronRight" size={1} />
        </span>
      </ActionIcon>
      <span role="status" className={classes.said}>
        {change.isSuccess ? t("attributes.moved", { name, position: index + 1 }) : ""}
      </span>
    </>
  );
}

function Removing({ projectId, label, attribute }: Omit<AttributesProps, "manages"> & { attribute: Attribute }) {
  const { remove } = useAttributeWrites(projectId, label.id);
  const { id, name } = attribute;
  const lost = answersLost(remove.error);
  return (
    <>
      {lost === null ? (
        <ActionIcon className={classes.remove} aria-label={t("attributes.remove", { name })} loading={remove.isPending} onClick={() => remove.mutate({ id, confirm: null })}>
          <Icon name="trash" size={1} />
        </ActionIcon>
      ) : (
        <LostAnswers what="remove" name={name} count={lost} onLose={() => remove.mutate({ id, confirm: lost })} onKeep={() => remove.reset()} />
      )}
      {remove.error !== null && lost === null ? (
        <p role="alert" className={classes.problem}>
          {describeError(remove.error)}
        </p>
      ) : null}
    </>
  );
}
