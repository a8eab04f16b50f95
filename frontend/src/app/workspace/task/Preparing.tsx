import { queryOptions, useQuery } from "@tanstack/react-query";

import { tilesState } from "../../../api/taskCalls";
import type { Image } from "../../../api/types";
import { t } from "../../i18n";
import { useSession } from "../desk";
import classes from "./task.module.css";

const LOOK_AGAIN_MS = 1_000;

/** Asking has the tiles made, when an image was never opened since it was uploaded. */
const tilesQuery = ({ id, tiles }: Pick<Image, "id" | "tiles">) =>
  queryOptions({
    queryKey: ["tiles", id] as const,
    queryFn: () => tilesState(id),
    enabled: tiles !== null,
    staleTime: Infinity,
    refetchInterval: (query) => (query.state.data === "making" ? LOOK_AGAIN_MS : false),
  });

/** Says that a large image will get sharper by itself. */
export function Preparing() {
  const image = useSession().task?.image;
  const { data } = useQuery(tilesQuery(image ?? { id: 0, tiles: null }));
  if (data !== "making") return null;
  return (
    <span role="status" className={classes.preparing} title={t("task.preparingWhy")}>
      {t("task.preparing")}
    </span>
  );
}
