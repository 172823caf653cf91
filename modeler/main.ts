/** Starts the web app: theme first, so that nothing flashes, then the shell. */
import { mount } from 'svelte';
import './ui/tokens.css';
import './ui/base.css';
import App from './app/app.svelte';
import { applyTheme } from './ui/theme.svelte.js';

// Pages load when first opened; after an update of the server their old files are gone.
addEventListener('vite:preloadError', () => location.reload());

applyTheme();
const target = document.getElementById('app');
if (target) mount(App, { target });
