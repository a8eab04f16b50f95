/** One object drawn with another mask, as for comparing it with what the model proposed. */
import type { ObjectRecord, Rle } from "../types";

export interface OtherMask {
  readonly id: string;
  readonly mask: Rle;
}

export class Instead {
  private last: { from: readonly ObjectRecord[]; other: OtherMask; to: readonly ObjectRecord[] } | null = null;

  /** The same array as long as nothing changes, as the layers expect it. */
  apply(records: readonly ObjectRecord[], other: OtherMask | null): readonly ObjectRecord[] {
    if (other === null) return records;
    if (this.last?.from !== records || this.last.other !== other) {
      const to = records.map((record) => (record.id === other.id ? { ...record, mask: other.mask } : record));
      this.last = { from: records, other, to };
    }
    return this.last.to;
  }
}
