/** What can be done about verdicts and comments. */
import type { Command } from "../../commands/command";
import type { Work } from "../../commands/work";
import { spotByKeyboard } from "../comments/placing";
import { storeOf } from "../comments/useComments";
import { goTo, goToRejected, judgeAndGoOn, whyNotJudge } from "./judging";
import { wish } from "./useDifference";
import { deskOf } from "./useReview";
import { ACCEPTED } from "./verdicts";

const judges = ({ place, part }: Work): boolean => part === "judge" && place.engine.status().selection !== null;

/** Says why a verdict cannot be given now, where it cannot. */
function onSelected(what: (work: Work, id: string) => void): (work: Work) => void {
  return (work) => {
    const { selection } = work.place.engine.status();
    const hindered = whyNotJudge(work.place);
    if (hindered !== null) deskOf(work.place).tell(hindered);
    else if (selection !== null) what(work, selection);
  };
}

/** Undo and redo, as long as the newest step was a verdict; all others are the engine's. */
function stepBack({ place }: Work): void {
  const shown = deskOf(place).undo();
  if (shown !== null) goTo(place, shown);
}

function stepOn({ place }: Work): void {
  const shown = deskOf(place).redo();
  if (shown !== null) goTo(place, shown);
}

function placeHere({ place, image }: Work): void {
  const spot = image === null ? null : spotByKeyboard(place.engine, image);
  if (spot !== null) storeOf(place).writeAt(spot);
}

const doing = ({ place }: Work): string => storeOf(place).snapshot().doing.kind;

export const reviewCommands: readonly Command<Work>[] = [
  {
    id: "review.undo",
    name: "command.undo",
    group: "review",
    keys: [],
    follows: "undo",
    keyOnly: true,
    available: ({ place }) => deskOf(place).snapshot().canUndo,
    run: stepBack,
  },
  {
    id: "review.redo",
    name: "command.redo",
    group: "review",
    keys: [],
    follows: "redo",
    keyOnly: true,
    available: ({ place }) => deskOf(place).snapshot().canRedo,
    run: stepOn,
  },
  {
    id: "comment.close",
    name: "command.cancel",
    group: "review",
    keys: [],
    follows: "cancel",
    keyOnly: true,
    available: (work) => doing(work) !== "nothing",
    run: ({ place }) => void storeOf(place).close(),
  },
  {
    id: "comment.place",
    name: "command.place",
    group: "review",
    keys: [],
    follows: "place",
    keyOnly: true,
    available: (work) => doing(work) === "placing" && work.image !== null,
    run: placeHere,
  },
  {
    id: "review.accept",
    name: "command.review.accept",
    group: "review",
    keys: ["a"],
    available: judges,
    run: onSelected(({ place }, id) => judgeAndGoOn(place, id, ACCEPTED)),
  },
  {
    id: "review.reject",
    name: "command.review.reject",
    group: "review",
    keys: ["j"],
    available: judges,
    run: onSelected(({ place }, id) => deskOf(place).choose(id)),
  },
  {
    id: "review.nextRejected",
    name: "command.review.nextRejected",
    group: "review",
    keys: ["j"],
    available: ({ part }) => part === "mend",
    run: ({ place }) => void goToRejected(place),
  },
  {
    id: "review.compare",
    name: "command.review.compare",
    group: "review",
    keys: ["d"],
    available: ({ place }) => place.engine.status().selection !== null || wish.get() !== "off",
    run: () => wish.set(wish.get() === "off" ? "tint" : "off"),
    // A key that is held shows something else: `useCompareKey` listens for it.
    press: () => false,
  },
  {
    id: "comment.write",
    name: "command.comment.write",
    group: "review",
    keys: ["c"],
    available: ({ mayComment }) => mayComment,
    run: ({ place }) => storeOf(place).place(),
  },
];
