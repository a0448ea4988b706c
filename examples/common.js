/**
 * What every example shares and none is about: the form, the tiles, the list of callbacks, the ticket. The SDK itself is used
 * in each example's own file.
 */

/** @type {typeof import('@rotunda/client')} */
const sdk = /** @type {any} */ (window);
export const { TRTCCloud, TRTCParams, TRTCAppScene, TRTCRoleType, TRTCVideoStreamType } = sdk;

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

/**
 * Asks the server for the tickets of a user. Only a server in development mode gives them away; in an application the backend makes
 * them. `privateMapKey` is there if the application requires it, and a room is given.
 *
 * @param {string} userId
 * @param {number} [roomId]
 * @returns {Promise<{ sdkAppId: number, userId: string, userSig: string, privateMapKey?: string }>}
 */
export async function ticketFor(userId, roomId = 0) {
  const response = await fetch(`/dev/usersig?userId=${encodeURIComponent(userId)}&roomId=${roomId}`);
  if (!response.ok) throw new Error('no ticket: the examples need a server in development mode (npm start)');
  return response.json();
}

/**
 * Everything that `enterRoom` needs, from the fields of the page.
 *
 * @param {{ userId?: string, roomId?: number, role?: number }} [over] what differs from the fields
 */
export async function entry(over = {}) {
  const userId = over.userId ?? field('user');
  const roomId = over.roomId ?? Number(field('room'));
  const params = new TRTCParams();
  return Object.assign(params, await ticketFor(userId, roomId), {
    roomId,
    role: over.role ?? TRTCRoleType.TRTCRoleAnchor,
  });
}

/** @param {string} id */
export function field(id) {
  return /** @type {HTMLInputElement} */ (byId(id)).value.trim();
}

/**
 * A place for somebody's picture, made when it is missing.
 *
 * @param {string} name what stands under the picture
 * @param {string} [id] several pictures of one user need different ones
 * @returns {HTMLElement} the element to hand to the SDK
 */
export function tile(name, id = name) {
  const known = document.querySelector(`[data-tile="${CSS.escape(id)}"] .view`);
  if (known) return /** @type {HTMLElement} */ (known);
  const figure = document.createElement('figure');
  figure.dataset.tile = id;
  const view = document.createElement('div');
  view.className = 'view';
  const caption = document.createElement('figcaption');
  caption.textContent = name;
  figure.append(view, caption);
  byId('tiles').append(figure);
  return view;
}

/** @param {string} id */
export function removeTile(id) {
  document.querySelector(`[data-tile="${CSS.escape(id)}"]`)?.remove();
}

export function removeAllTiles() {
  byId('tiles').replaceChildren();
}

/**
 * Writes callbacks down as they arrive, newest first.
 *
 * @param {import('@rotunda/client').TRTCCloud} cloud
 * @param {readonly string[]} names
 */
export function showCallbacks(cloud, names) {
  for (const name of names) {
    cloud.on(name, (...args) => {
      const line = document.createElement('li');
      line.dataset.callback = name;
      line.textContent = `${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
      byId('callbacks').prepend(line);
    });
  }
}

/**
 * Runs a button's work and shows what went wrong with it.
 *
 * @param {string} id
 * @param {() => unknown} work
 */
export function onClick(id, work) {
  const run = async () => {
    byId('problem').textContent = '';
    try {
      await work();
    } catch (error) {
      byId('problem').textContent = error instanceof Error ? error.message : String(error);
    }
  };
  byId(id).addEventListener('click', () => void run());
}

/**
 * Shows in which state the page is: parts with `data-when="in"` or `data-when="out"` follow.
 *
 * @param {'in' | 'out'} state
 */
export function show(state) {
  document.body.dataset.state = state;
}

show('out');
const user = document.querySelector('#user');
if (user instanceof HTMLInputElement && !user.value) {
  user.value = new URLSearchParams(location.search).get('user') ?? `guest${Math.floor(Math.random() * 1000)}`;
}
const room = new URLSearchParams(location.search).get('room');
if (room) /** @type {HTMLInputElement} */ (byId('room')).value = room;
