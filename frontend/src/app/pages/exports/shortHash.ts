/** A snapshot's hash as people read it to each other. */
export const shortHash = (sha256: string): string => sha256.slice(0, 8);
