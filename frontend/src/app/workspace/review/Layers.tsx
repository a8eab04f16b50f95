import { CommentLayer } from "../comments/CommentLayer";
import { DifferenceLayer } from "./DifferenceLayer";
import { VerdictLayer } from "./VerdictLayer";

/** What reviewers and annotators say to each other, over the picture. */
export function ReviewLayers() {
  return (
    <>
      <DifferenceLayer />
      <VerdictLayer />
      <CommentLayer />
    </>
  );
}
