import { access } from './access.ts';
import { corners } from './corners.ts';
import { dataPorts } from './data-ports.ts';
import type { Dialogue } from './dialogue.ts';
import { lines } from './lines.ts';
import { listing } from './listing.ts';
import { login } from './login.ts';
import { machineListing } from './machine-listing.ts';
import { namesAndFolders } from './names.ts';
import { navigation } from './navigation.ts';
import { parameters } from './parameters.ts';
import { retrieve } from './retrieve.ts';
import { store } from './store.ts';

/** Every dialogue, for both servers. */
export const dialogues: readonly Dialogue[] = [
  ...login,
  ...navigation,
  ...listing,
  ...machineListing,
  ...retrieve,
  ...store,
  ...namesAndFolders,
  ...dataPorts,
  ...parameters,
  ...lines,
  ...access,
  ...corners,
];
