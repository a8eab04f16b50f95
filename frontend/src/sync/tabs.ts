import { visitName } from "./store";

/** The part of a BroadcastChannel that is used here. */
export interface TabChannel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
}

const CHANNEL = "cardinal.tabs";
/** Tabs answer within a few milliseconds, unless the browser has frozen them. */
const ANSWER_MS = 120;

type Message = { readonly ask: string } | { readonly here: string };

function isMessage(data: unknown): data is Message {
  return typeof data === "object" && data !== null && ("ask" in data || "here" in data);
}

/** This tab's name, and which other tabs of the same browser are open. */
export class Tabs {
  readonly name = visitName();
  private readonly heard = new Set<(name: string) => void>();
  private readonly channel: TabChannel | null;

  constructor(open: () => TabChannel | null = browserChannel) {
    this.channel = open();
    if (this.channel !== null) this.channel.onmessage = ({ data }) => this.receive(data);
  }

  async others(): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    if (this.channel === null) return names;
    const note = (name: string): void => void names.add(name);
    this.heard.add(note);
    this.post({ ask: this.name });
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    this.heard.delete(note);
    return names;
  }

  private receive(data: unknown): void {
    if (!isMessage(data)) return;
    if ("ask" in data) this.post({ here: this.name });
    else for (const note of this.heard) note(data.here);
  }

  private post(message: Message): void {
    this.channel?.postMessage(message);
  }
}

function browserChannel(): TabChannel | null {
  return typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
}
