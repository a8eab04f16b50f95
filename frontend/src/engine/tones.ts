/** Other tones for a part of the page: an SVG filter, which browsers apply while they compose the page. */
const SVG = "http://www.w3.org/2000/svg";
/** Finer steps than these cannot be seen, and the text stays short. */
const DIGITS = 4;

let filters = 0;

function filterElement(document: Document, id: string, table: readonly number[]): SVGElement {
  const values = table.map((value) => String(Number(value.toFixed(DIGITS)))).join(" ");
  const make = (name: string, attributes: Readonly<Record<string, string>>): SVGElement => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const filter = make("filter", { id, "color-interpolation-filters": "sRGB" });
  const transfer = make("feComponentTransfer", {});
  for (const channel of ["R", "G", "B"]) transfer.append(make(`feFunc${channel}`, { type: "table", tableValues: values }));
  filter.append(transfer);
  return filter;
}

export class Tones {
  private holder: SVGElement | null = null;

  constructor(private readonly host: HTMLElement) {}

  /** The CSS filter for a table; "none" for null. Each table has a name of its own, so that no old one stays in use. */
  filterFor(table: readonly number[] | null): string {
    this.remove();
    if (table === null) return "none";
    const document = this.host.ownerDocument;
    const id = `cardinal-tones-${(filters += 1)}`;
    const holder = document.createElementNS(SVG, "svg");
    holder.setAttribute("aria-hidden", "true");
    holder.style.cssText = "position:absolute;width:0;height:0;pointer-events:none";
    holder.append(filterElement(document, id, table));
    this.host.append(holder);
    this.holder = holder;
    return `url(#${id})`;
  }

  remove(): void {
    this.holder?.remove();
    this.holder = null;
  }
}
