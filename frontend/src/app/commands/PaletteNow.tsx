import { useState } from "react";

import { entriesNow } from "./entries";
import { offer } from "./offer";
import { Palette } from "./Palette";
import type { Site } from "./siteCommands";

/** The palette with what can be done at the moment it is opened. */
export default function PaletteNow({ site, onClose }: { site: Site; onClose: () => void }) {
  const [entries] = useState(() => entriesNow(site, offer.work));
  return <Palette entries={entries} onClose={onClose} />;
}
