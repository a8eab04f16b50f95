import type { SaveState } from "../../sync";
import { Icon } from "../ui/icons";
import { useSession } from "./desk";
import { WorkIcon } from "./icons";
import { saveText } from "./saveText";
import classes from "./workspace.module.css";

function SaveMark({ kind }: { kind: SaveState["kind"] }) {
  if (kind === "saved") return <Icon name="check" size={0.9375} />;
  if (kind === "saving") return <span className={classes.savingDot} />;
  if (kind === "offline") return <WorkIcon name="offline" size={1} />;
  return <Icon name="alert" size={1} />;
}

/** Says "saved" only when the server has answered for everything. Its place is kept free at all times. */
export function SaveIndicator() {
  const { save, task, access } = useSession();
  // Somebody who only looks has nothing that could be saved.
  const silent = task === null || (access.kind === "view" && save.kind === "saved");
  return (
    <span className={classes.save} data-kind={save.kind} data-testid="save-state">
      {silent ? null : (
        <>
          <SaveMark kind={save.kind} />
          <span>{saveText(save)}</span>
        </>
      )}
    </span>
  );
}
