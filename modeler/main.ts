/** Starts the web app: theme first, so that nothing flashes, then the shell. */
import { mount } from 'svelte';
import './ui/tokens.css';
import './ui/base.css';
import App from './app/app.svelte';
import { applyTheme } from './ui/theme.svelte.js';

applyTheme();
const target = document.getElementById('app');
if (target) mount(App, { target });
