import { draftsEn } from "./drafts.en";
import { en } from "./en";
import { exportsEn } from "./exports.en";
import { importsEn } from "./imports.en";
import { keysEn } from "./keys.en";
import { modelsEn } from "./models.en";
import { objectsEn } from "./objects.en";
import { reviewEn } from "./review.en";
import { viewEn } from "./view.en";
import { taskEn } from "./task.en";
import { togetherEn } from "./together.en";
import { workspaceEn } from "./workspace.en";

/** Every sentence of the interface. A translation is a second object with the same keys. */
const catalogue = { ...en, ...keysEn, ...taskEn, ...workspaceEn, ...viewEn, ...reviewEn, ...togetherEn, ...objectsEn, ...modelsEn, ...draftsEn, ...exportsEn, ...importsEn } as const;

export type Catalogue = typeof catalogue;
export type MessageKey = keyof Catalogue;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type Values<Text extends string> = Record<Placeholders<Text>, string | number>;
type Arguments<Text extends string> = [Placeholders<Text>] extends [never] ? [] : [values: Values<Text>];

function fill(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString("en") : value;
  });
}

/** The sentence for a key: `t("data.upload.done", { count: 3 })`. Placeholders are checked by the compiler. */
export function t<Key extends MessageKey>(key: Key, ...values: Arguments<Catalogue[Key]>): string {
  return fill(catalogue[key], values[0]);
}

type PluralStem = MessageKey extends infer Key ? (Key extends `${infer Stem}.other` ? Stem : never) : never;
type PluralExtra<Stem extends PluralStem> = Omit<Values<Catalogue[`${Stem}.other`]>, "count">;

const rules = new Intl.PluralRules("en");

/** Like `t`, choosing between `<stem>.one` and `<stem>.other` by `count`. */
export function tn<Stem extends PluralStem>(
  stem: Stem,
  count: number,
  ...extra: [keyof PluralExtra<Stem>] extends [never] ? [] : [values: PluralExtra<Stem>]
): string {
  const texts: Readonly<Record<string, string>> = catalogue;
  const text = texts[`${stem}.${rules.select(count)}`] ?? texts[`${stem}.other`] ?? stem;
  return fill(text, { ...extra[0], count });
}
