import { isApiError } from "../../api/errors";
import type { UploadProblem, UploadResult } from "../../api/types";

export interface Settled {
  readonly state: "done" | "duplicate" | "failed";
  readonly problem: Pick<UploadProblem, "code" | "message"> | null;
}

interface Sent {
  readonly id: number;
  readonly file: { readonly name: string };
}

/** Browsers and servers compose accents differently; the name a person sees is the same. */
const sameName = (name: string): string => name.normalize("NFC");

/**
 * Gives each file of a batch its outcome.
 * `answer` is the server's result, or what was thrown: then every file failed, each with the sentence
 * the server wrote about it, else with the one about the request.
 */
export function settleBatch(batch: readonly Sent[], answer: unknown): ReadonlyMap<number, Settled> {
  if (isResult(answer)) return settleResult(batch, answer);
  const problems = byName(isApiError(answer) ? answer.details["files"] : undefined);
  const general = isApiError(answer)
    ? { code: answer.code, message: answer.message }
    : { code: "unreachable", message: "" };
  return new Map(
    batch.map(({ id, file }) => [id, { state: "failed", problem: problems.get(sameName(file.name)) ?? general }]),
  );
}

function settleResult(batch: readonly Sent[], result: UploadResult): ReadonlyMap<number, Settled> {
  const problems = byName(result.errors);
  const stored = batch.filter(({ file }) => !problems.has(sameName(file.name)));
  const duplicates = duplicateIds(stored, result);
  return new Map(
    batch.map(({ id, file }): [number, Settled] => {
      const problem = problems.get(sameName(file.name));
      if (problem !== undefined) return [id, { state: "failed", problem }];
      return [id, { state: duplicates.has(id) ? "duplicate" : "done", problem: null }];
    }),
  );
}

/** A duplicate answers with the image stored earlier, whose name may be another: the order tells which is which. */
function duplicateIds(stored: readonly Sent[], { images }: UploadResult): ReadonlySet<number> {
  const inOrder = stored.length === images.length;
  const duplicateNames = new Set(images.filter((image) => image.duplicate).map((image) => sameName(image.name)));
  const isDuplicate = ({ file }: Sent, index: number): boolean =>
    inOrder ? images[index]?.duplicate === true : duplicateNames.has(sameName(file.name));
  return new Set(stored.filter(isDuplicate).map(({ id }) => id));
}

function isResult(answer: unknown): answer is UploadResult {
  if (typeof answer !== "object" || answer === null) return false;
  return "images" in answer && Array.isArray(answer.images) && "errors" in answer && Array.isArray(answer.errors);
}

function byName(files: unknown): ReadonlyMap<string, Pick<UploadProblem, "code" | "message">> {
  const found = new Map<string, Pick<UploadProblem, "code" | "message">>();
  for (const entry of Array.isArray(files) ? files : []) {
    if (isProblem(entry)) found.set(sameName(entry.name), { code: entry.code, message: entry.message });
  }
  return found;
}

function isProblem(entry: unknown): entry is UploadProblem {
  if (typeof entry !== "object" || entry === null) return false;
  return "name" in entry && typeof entry.name === "string" && "message" in entry && typeof entry.message === "string";
}
