import { describe, expect, it } from "vitest";
import { imagePoint } from "../../geometry";
import { edgeNear, insertVertex, moveVertex, removeVertex, stepVertex, vertexNear } from "./rings";

const A = [imagePoint(0, 0), imagePoint(10, 0), imagePoint(10, 10), imagePoint(0, 10)];
const B = [imagePoint(3, 3), imagePoint(6, 3), imagePoint(3, 6)];

describe("rings", () => {
  it("change one vertex at a time and leave the lists as they were", () => {
    const at = { ring: 1, index: 1 };
    expect(moveVertex([A, B], at, imagePoint(7, 3))).toEqual([A, [B[0], imagePoint(7, 3), B[2]]]);
    expect(insertVertex([A, B], at, imagePoint(5, 5))).toEqual([A, [B[0], B[1], imagePoint(5, 5), B[2]]]);
    expect(removeVertex([A, B], { ring: 0, index: 0 })).toEqual([A.slice(1), B]);
    expect(removeVertex([A, B], at)).toEqual([A]);
    expect([A.length, B.length]).toEqual([4, 3]);
  });

  it("are gone through vertex by vertex, round and round", () => {
    expect(stepVertex([A, B], null, 1)).toEqual({ ring: 0, index: 0 });
    expect(stepVertex([A, B], null, -1)).toEqual({ ring: 1, index: 2 });
    expect(stepVertex([A, B], { ring: 0, index: 3 }, 1)).toEqual({ ring: 1, index: 0 });
    expect(stepVertex([A, B], { ring: 1, index: 2 }, 1)).toEqual({ ring: 0, index: 0 });
    expect(stepVertex([], null, 1)).toBeNull();
  });

  it("find the nearest vertex and the nearest point of an edge within reach", () => {
    expect(vertexNear([A, B], imagePoint(9.2, 0.5), 1)).toEqual({ ring: 0, index: 1 });
    expect(vertexNear([A, B], imagePoint(8, 2), 1)).toBeNull();
    expect(edgeNear([A, B], imagePoint(8, 0.5), 1)).toEqual({ after: { ring: 0, index: 0 }, point: imagePoint(8, 0) });
    expect(edgeNear([A, B], imagePoint(-0.5, 5), 1)).toEqual({ after: { ring: 0, index: 3 }, point: imagePoint(0, 5) });
    expect(edgeNear([A, B], imagePoint(8, 8), 1)).toBeNull();
  });
});
