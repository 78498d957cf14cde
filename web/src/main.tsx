import { render } from 'preact';
import { App } from './shell/app.tsx';
import { followTheme } from './shell/theme.ts';
import './style.css';

followTheme();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
