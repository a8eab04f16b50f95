/** What keys and buttons do to the view. */
import type { ViewApi } from "./types";

export type ViewCommand = "fit" | "actualSize" | "selected" | "turnRight" | "turnLeft" | "outlines" | "magnifier";

export function performView(view: ViewApi, command: ViewCommand): void {
  switch (command) {
    case "fit":
      return view.fit();
    case "actualSize":
      return view.actualSize();
    case "selected":
      if (!view.zoomToSelected()) view.fit();
      return;
    case "turnRight":
      return view.turnBy(1);
    case "turnLeft":
      return view.turnBy(-1);
    case "outlines":
      return view.change({ outlinesOnly: !view.settings().outlinesOnly });
    case "magnifier":
      return view.change({ magnifier: !view.settings().magnifier });
  }
}
