import './style/base.css';
import './style/join.css';
import './style/room.css';
import './style/tiles.css';
import './style/panels.css';
import { App } from './app.ts';
import { findTicketSource } from './tickets.ts';

async function start(place: HTMLElement): Promise<void> {
  const ticketSource = await findTicketSource(fetch);
  new App({ place, ticketSource, now: () => performance.now() }).start();
}

const place = document.getElementById('app');
if (place) void start(place);
