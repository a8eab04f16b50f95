/**
 * Marks `element` with `data-ring` while it holds a focus that came by Tab. The browser's own `:focus-visible` would
 * also light up at every Space in the middle of mouse work, and go out again at the next click.
 */
export function ringAfterTab(element: HTMLElement): void {
  const off = (): void => {
    delete element.dataset["ring"];
  };
  // The key goes down on the element before and comes up on this one.
  element.addEventListener("keyup", (event) => {
    if (event.key === "Tab") element.dataset["ring"] = "";
  });
  element.addEventListener("blur", off);
  element.addEventListener("pointerdown", off);
}
