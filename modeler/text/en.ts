/**
 * Every sentence on screen, in English: one catalogue, from a file for each feature. A translation is another catalogue
 * of the same shape.
 */
import { audit } from './audit.js';
import { design } from './design.js';
import { feel } from './feel.js';
import { home } from './home.js';
import { inbox } from './inbox.js';
import { instances } from './instances.js';
import { operating } from './operating.js';
import { processes } from './processes.js';
import { session } from './session.js';
import { shell } from './shell.js';
import { verify } from './verify.js';

/** The texts, by where they stand. */
export const t = {
  ...shell,
  ...session,
  ...home,
  ...processes,
  ...instances,
  ...inbox,
  ...audit,
  ...verify,
  ...design,
  ...feel,
  operating,
};
