/** The English sentences of signing in. */

/** The texts, by where they stand. */
export const session = {
  signIn: {
    title: 'Sign in',
    claim: 'Processes with people and agents, signed off and proven',
    username: 'User name',
    password: 'Password',
    enter: 'Sign in',
    demo: 'Demo accounts',
    demoHint: 'This server runs for trying out. Pick a person to see the work with their eyes.',
  },
};
