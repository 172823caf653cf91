/** The English sentences of what stands on every page, and what a page says when something is wrong. */
import { plural } from './plural.js';

/** The texts, by where they stand. */
export const shell = {
  simulated: 'Simulated',
  simulatedHint: 'No model was asked: this answer was computed from an expression in the diagram.',
  actions: {
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    clear: 'Clear filters',
    dismiss: 'Dismiss',
    again: 'Try again',
  },
  states: {
    active: 'Active',
    completed: 'Completed',
    cancelled: 'Cancelled',
    incident: 'Incident',
    failed: 'Failed',
    waiting: 'Waiting',
  },
  kinds: { ai: 'AI', human: 'Person', system: 'System' },
  problemTitles: {
    UNEXPECTED: 'Something went wrong',
    'NO CONNECTION': 'No connection',
    NOT_FOUND: 'Not found',
    INVALID_ARGUMENT: 'That can’t be done like this',
    INVALID_STATE: 'That is no longer possible',
    ALREADY_EXISTS: 'This exists already',
    FORBIDDEN: 'You are not allowed to do this',
    UNAUTHORIZED: 'Please sign in',
    UNAUTHENTICATED: 'That name and password don’t match',
  } as Record<string, string | undefined>,
  notFound: {
    title: 'There is no page at this address',
    detail: 'It may have been moved, or the link is incomplete.',
    door: 'Go to the home page',
  },
  nav: {
    label: 'Main',
    skip: 'Skip to the content',
    places: {
      home: 'Home',
      design: 'Design',
      inbox: 'Inbox',
      processes: 'Processes',
      instances: 'Instances',
      audit: 'Audit',
    },
    themes: { system: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' },
    themeHint: 'Light or dark',
    signOut: 'Sign out',
    simulated: 'AI is simulated',
    simulatedHint:
      'No AI provider is configured. Answers are computed from the diagram and marked everywhere.',
    waiting: (n: number) => `${plural(n, 'task waits', 'tasks wait')} for you`,
    stuck: (n: number) => plural(n, 'incident', 'incidents'),
  },
  pager: {
    label: 'Pages',
    shown: (n: string) => `${n} shown`,
    shownOf: (n: string, all: string) => `${n} of ${all}`,
    first: 'First page',
    previous: 'Previous page',
    next: 'Next page',
  },
};
