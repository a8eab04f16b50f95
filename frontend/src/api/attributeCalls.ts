/** Requests about what labels ask of their objects. */
import { client, unwrap } from "./client";
import type { components } from "./openapi";

type Schemas = components["schemas"];

export type Attribute = Schemas["Attribute"];
export type AttributeInput = Schemas["AttributeCreate"];
export type AttributeChange = Schemas["AttributeChange"];

export const addAttribute = (labelId: number, body: AttributeInput): Promise<Attribute> =>
  unwrap(client.POST("/api/labels/{label_id}/attributes", { params: { path: { label_id: labelId } }, body }));

export const changeAttribute = (attributeId: number, body: AttributeChange): Promise<Attribute> =>
  unwrap(client.PATCH("/api/attributes/{attribute_id}", { params: { path: { attribute_id: attributeId } }, body }));

/** `confirm` is the number of answers that may be lost. */
export async function removeAttribute(attributeId: number, confirm: number | null): Promise<void> {
  const params = { path: { attribute_id: attributeId }, query: confirm === null ? {} : { confirm } };
  await unwrap(client.DELETE("/api/attributes/{attribute_id}", { params }));
}
