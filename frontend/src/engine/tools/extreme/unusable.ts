import type { MaskAnswer, MaskFailure } from "../../types";

/** Why nobody can work with an answer; null when one can. `area` is null where the mask cannot be read. */
export function unusable({ requestId }: MaskAnswer, area: number | null): MaskFailure | null {
  if (area === null) {
    return { requestId, code: "mask_unreadable", message: "The mask that came back cannot be read. Ask for it again." };
  }
  if (area > 0) return null;
  const message = "No object was found between these points. Move a point or ask again.";
  return { requestId, code: "mask_empty", message };
}
