import { describe, expect, it } from "vitest";

import { filesOfDrop, looksLikeImage } from "./drop";

interface Node {
  name: string;
  type?: string;
  children?: Node[];
}

function entryOf(node: Node): FileSystemEntry {
  const { children } = node;
  if (children === undefined) {
    const made = new File([], node.name, { type: node.type ?? "" });
    return { isFile: true, isDirectory: false, file: (done: (f: File) => void) => done(made) } as unknown as FileSystemEntry;
  }
  const createReader = () => {
    // A reader gives its entries in pieces and ends with an empty one.
    const pieces = [...children.map((child) => [entryOf(child)]), []];
    return { readEntries: (done: (entries: FileSystemEntry[]) => void) => done(pieces.shift() ?? []) };
  };
  return { isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

function transferOf(nodes: Node[]): DataTransfer {
  const items = nodes.map((node) => ({ webkitGetAsEntry: () => entryOf(node) }));
  const files = nodes.filter((node) => !node.children).map((node) => new File([], node.name));
  return { items, files } as unknown as DataTransfer;
}

const namesOf = async (nodes: Node[]) => (await filesOfDrop(transferOf(nodes))).map((file) => file.name);

describe("filesOfDrop", () => {
  it("takes plain files as they are: the server says what is wrong with them", async () => {
    expect(await namesOf([{ name: "a.jpg" }, { name: "notes.txt" }])).toEqual(["a.jpg", "notes.txt"]);
  });

  it("opens folders at any depth and takes only pictures from them", async () => {
    const folder = {
      name: "shoot",
      children: [
        { name: "1.jpg", type: "image/jpeg" },
        { name: "Thumbs.db" },
        { name: "raw", children: [{ name: "2.TIF" }, { name: "empty", children: [] }] },
      ],
    };
    expect(await namesOf([folder, { name: "readme.md" }])).toEqual(["1.jpg", "2.TIF", "readme.md"]);
  });
});

describe("looksLikeImage", () => {
  it.each([
    ["a.jpg", "", true],
    ["a.JPEG", "", true],
    ["a.tiff", "", true],
    ["a", "image/webp", true],
    ["a.jpg.txt", "text/plain", false],
    ["jpg", "", false],
  ])("%s of type “%s”: %s", (name, type, expected) => {
    expect(looksLikeImage({ name, type })).toBe(expected);
  });
});
