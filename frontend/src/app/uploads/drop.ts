/** Files of a drop, folders opened. Inside folders only pictures count: nobody wants Thumbs.db reported. */
export async function filesOfDrop(transfer: DataTransfer): Promise<File[]> {
  // Entries must be taken before the first await: the browser empties the list afterwards.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  const found = await Promise.all(entries.flatMap((entry) => (entry === null ? [] : [filesOfEntry(entry, false)])));
  return found.flat();
}

async function filesOfEntry(entry: FileSystemEntry, nested: boolean): Promise<File[]> {
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return nested && !looksLikeImage(file) ? [] : [file];
  }
  if (!isDirectoryEntry(entry)) return [];
  const children = await readAll(entry.createReader());
  return (await Promise.all(children.map((child) => filesOfEntry(child, true)))).flat();
}

/** `readEntries` gives at most a hundred at a time. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const isFileEntry = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectoryEntry = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

export function looksLikeImage(file: Pick<File, "name" | "type">): boolean {
  return file.type.startsWith("image/") || /\.(jpe?g|png|tiff?|webp|bmp|gif)$/i.test(file.name);
}
