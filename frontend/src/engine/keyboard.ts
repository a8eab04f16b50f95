/** The keys as the page uses them: it knows which key a person has chosen, the engine knows what to do. */
import { performKey, type KeyDesk } from "./keyActions";
import { actionFor, belongsToControl, type KeyAction } from "./keymap";
import type { Router } from "./router";
import type { KeyInput } from "./types";

export interface KeyboardApi {
  /** A key went down that means this; true when the engine had a use for it, and has kept it from the browser. */
  press(action: KeyAction, event: KeyInput): boolean;
  /** The same without a key. */
  perform(action: KeyAction): boolean;
}

export interface KeyboardHost extends Pick<KeyDesk, "core" | "engine" | "tool" | "cancelled"> {
  readonly router: Router;
  readonly changed: () => void;
}

export class Keyboard implements KeyboardApi {
  constructor(private readonly host: KeyboardHost) {}

  /** With the usual keys; true when the key was used. */
  handle(event: KeyInput): boolean {
    if (event.type === "keyup") return this.host.router.keyUp(event.key);
    if (event.type !== "keydown" || belongsToControl(event)) return false;
    const action = actionFor(event);
    return action !== null && this.press(action, event);
  }

  press(action: KeyAction, event: KeyInput): boolean {
    const used = this.does(action, event.key);
    if (used) event.preventDefault();
    return used;
  }

  perform(action: KeyAction): boolean {
    return this.does(action, null);
  }

  /** What lasts as long as a key is held needs that key. */
  private does(action: KeyAction, key: string | null): boolean {
    const { core, engine, router, tool, cancelled } = this.host;
    core.noticed = null;
    const used = performKey(action, {
      core,
      engine,
      tool,
      spaceDown: () => key !== null && router.spaceDown(),
      keep: (where) => key !== null && router.keepDown(where, key),
      cancelled,
    });
    this.host.changed();
    return used;
  }
}
