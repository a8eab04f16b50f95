import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { isApiError } from "../../../api/errors";
import { addGuidePictures } from "../../../api/taskCalls";
import { describeError } from "../../data/describeError";
import { guidePicturesKey } from "../../guide/usePictures";
import { t } from "../../i18n";

export interface AddingPictures {
  /** How many are on their way. */
  readonly count: number;
  /** Why some were not taken, a sentence each. */
  readonly problems: readonly string[];
  readonly add: (files: readonly File[]) => void;
}

interface Refused {
  readonly name: string;
  readonly message: string;
}

/** Uploads pictures for the guide; `onAdded` gets the names that its text can use. */
export function useAddPictures(projectId: number, onAdded: (names: readonly string[]) => void): AddingPictures {
  const cache = useQueryClient();
  const [count, setCount] = useState(0);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const send = async (files: readonly File[]): Promise<void> => {
    setCount((before) => before + files.length);
    setProblems([]);
    try {
      const { pictures, errors } = await addGuidePictures(projectId, files);
      setProblems(sentences(errors));
      await cache.invalidateQueries({ queryKey: guidePicturesKey(projectId) });
      onAdded(pictures.map(({ name }) => name));
    } catch (error) {
      setProblems(refusedOf(error));
    } finally {
      setCount((before) => before - files.length);
    }
  };
  return { count, problems, add: (files) => void (files.length > 0 ? send(files) : undefined) };
}

function sentences(refused: readonly Refused[]): readonly string[] {
  return refused.map(({ name, message }) => t("guide.refused", { name, message }));
}

/** When none could be used, the refusal names each. */
function refusedOf(error: unknown): readonly string[] {
  const files = isApiError(error, "invalid_images") ? error.details["files"] : undefined;
  return Array.isArray(files) && files.length > 1 ? sentences(files as Refused[]) : [describeError(error)];
}
