import { describeError } from "../data/describeError";
import { ApiError } from "../../api/errors";
import { t } from "../i18n";
import type { UploadItem } from "./queue";

/** One sentence about a file that was not stored. */
export function uploadProblem(item: Pick<UploadItem, "problem">): string {
  if (item.problem === null) return "";
  if (item.problem.message !== "") return item.problem.message;
  if (item.problem.code === "over_limit") return t("upload.tooLarge");
  return describeError(new ApiError(0, item.problem.code, ""));
}
