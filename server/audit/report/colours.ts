/** The colours of a report: those of the web app on paper. Violet is AI, teal is people, grey is systems, everywhere. */

/** Every colour there is. */
export const COLOURS = {
  ink: '#22242a',
  text2: '#525763',
  text3: '#636977',
  border: '#dcdfe4',
  faint: '#b9bec8',
  subtle: '#f6f7f8',
  paper: '#ffffff',
  accent: '#0067b1',
  accentSoft: '#e5f1fa',
  ai: '#6d2bc4',
  aiSoft: '#f1e9fd',
  human: '#006b62',
  humanSoft: '#def4f0',
  system: '#4f5664',
  systemSoft: '#eceef1',
  danger: '#b81f28',
  dangerSoft: '#fdeaea',
  ok: '#1a6e36',
  okSoft: '#e2f4e7',
  warning: '#7d5100',
  warningSoft: '#fff2d6',
} as const;

/** One of them. */
export type Colour = (typeof COLOURS)[keyof typeof COLOURS];
