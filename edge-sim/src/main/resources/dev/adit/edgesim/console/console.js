// The console. State comes in over server-sent events and is drawn from scratch into keyed nodes, so that focus stays
// where it is. Everything that is not ours goes into the page as text, never as markup.

const KEPT_REQUESTS = 500;
const HEALTHY_CONNECTIONS = 4;

const $ = (id) => document.getElementById(id);

const state = {
  edge: null,
  tunnels: [],
  faults: { running: [], events: [] },
  kinds: null,
  tokens: new Map(),
  run: null,
  lastEventId: null,
  paused: false,
  waiting: [],
  rows: [],
  perSecond: new Map(),
};

// ---- Nodes

function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') node.className = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name.includes('-') || name === 'for' || name === 'scope') node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

function say(node, text) {
  const wanted = String(text);
  if (node.textContent !== wanted) node.textContent = wanted;
}

// Makes the children of parent those of items, in their order; a child whose key is still there stays the same node.
function sync(parent, items, key, make) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let node = old.get(name);
    if (node) {
      old.delete(name);
    } else {
      node = make(item);
      node.dataset.key = name;
    }
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
    node.update(item);
  }
  for (const node of old.values()) node.remove();
}

function row(cells, update) {
  const tr = el('tr', {}, ...cells);
  tr.update = update;
  return tr;
}

const cell = (label, className = '', ...children) => el('td', { class: className, 'data-label': label }, ...children);

// Each status has a shape of its own, so that color is not all there is.
const SHAPES = {
  healthy: 'M2 8.5 6 12.5 14 4',
  degraded: 'M8 2 15 14H1ZM8 6.5v3.5M8 12v.4',
  down: 'M3 3 13 13M13 3 3 13',
  inactive: 'M3 8h10',
};

function statusBadge() {
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [name, value] of Object.entries({
    fill: 'none', stroke: 'currentColor', 'stroke-width': '2.2', 'stroke-linecap': 'round', 'stroke-linejoin': 'round',
  })) path.setAttribute(name, value);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path);
  const text = el('span');
  const badge = el('span', {}, svg, text);
  badge.show = (status) => {
    if (badge.dataset.status === status) return;
    badge.dataset.status = status;
    badge.className = `status ${status}`;
    path.setAttribute('d', SHAPES[status] ?? SHAPES.inactive);
    say(text, status);
  };
  return badge;
}

// ---- Words

const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

function ago(iso) {
  const seconds = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return plural(Math.floor(seconds / 86400), 'day') + ' ago';
}

const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour12: false });

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  for (const [unit, factor] of [['GB', 1e9], ['MB', 1e6], ['kB', 1e3]]) {
    if (bytes >= factor) return `${(bytes / factor).toFixed(bytes < 10 * factor ? 1 : 0)} ${unit}`;
  }
  return '';
}

const millis = (ms) => (ms < 10000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);
const trip = (micros) => (micros === null ? 'measuring' : `${(micros / 1000).toFixed(micros < 10000 ? 1 : 0)} ms`);

const quote = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

// ---- Messages

function alertUser(text) {
  const known = [...$('alerts').children].find((node) => node.dataset.text === text);
  if (known) return;
  const box = el('div', { class: 'alert', 'data-text': text }, el('p', {}, text));
  box.append(el('button', { type: 'button', class: 'quiet small', onclick: () => box.remove() }, 'Dismiss'));
  $('alerts').append(box);
  while ($('alerts').children.length > 3) $('alerts').firstElementChild.remove();
}

const speak = (text) => say($('spoken'), text);

window.addEventListener('error', (event) => alertUser(`This page has a problem: ${event.message}`));
window.addEventListener('unhandledrejection', (event) => alertUser(event.reason?.message ?? String(event.reason)));

// ---- Calls

const SIGNED_OUT = 'You are signed out. Open the console link that the simulator printed when it started.';

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error('The simulator does not answer. Is it still running?');
  }
  if (response.status === 401) throw new Error(SIGNED_OUT);
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.errors?.[0]?.message ?? `${method} ${path} failed: ${response.status}`);
  return answer?.result ?? answer;
}

// ---- The live part

function showLink(link, text) {
  $('link-state').dataset.state = link;
  say($('link-state'), text);
}

function connect() {
  const after = state.lastEventId ? `?after=${encodeURIComponent(state.lastEventId)}` : '';
  const source = new EventSource(`/sim/live${after}`);
  const on = (name, handle) => source.addEventListener(name, (event) => {
    if (event.lastEventId) state.lastEventId = event.lastEventId;
    handle(JSON.parse(event.data));
  });
  source.addEventListener('open', () => showLink('live', 'Live'));
  source.addEventListener('error', async () => {
    showLink('lost', 'Reconnecting');
    if (source.readyState !== EventSource.CLOSED) return;
    // The browser gives up after an answer that is not 200; we don't.
    setTimeout(connect, 3000);
    await call('GET', '/sim/tunnels').catch((problem) => {
      if (problem.message === SIGNED_OUT) {
        showLink('lost', 'Signed out');
        alertUser(SIGNED_OUT);
      }
    });
  });
  on('hello', ({ run }) => {
    if (state.run !== null && state.run !== run) forgetRequests();
    state.run = run;
    if (state.kinds === null) loadKinds();
  });
  on('tunnels', showTunnels);
  on('request', addRequest);
  on('missed', ({ requests }) => {
    count(Date.now(), requests, 0);
    addRow({ missed: requests });
  });
  on('fault', showFaults);
}

// ---- Views

const views = ['tunnels', 'tunnel', 'requests', 'faults'];
let view = null;
let shownTunnel = null;

function route() {
  const [, name = 'tunnels', detail = ''] = /^#([a-z]*)(?:\/(.*))?$/.exec(location.hash || '#tunnels') ?? [];
  if (!views.includes(name)) return;
  const moved = view !== null;
  view = name;
  shownTunnel = name === 'tunnel' ? decodeURIComponent(detail) : null;
  for (const other of views) $(`view-${other}`).hidden = other !== name;
  for (const link of document.querySelectorAll('.top nav a')) {
    if (link.hash === `#${name === 'tunnel' ? 'tunnels' : name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  draw();
  document.title = `${$(`h-${name}`).textContent || 'Tunnel'} – Adit edge simulator`;
  if (moved) {
    window.scrollTo(0, 0);
    $(`h-${name}`).focus({ preventScroll: true });
  }
}

function draw() {
  drawStats();
  if (view === 'tunnels') drawTunnels();
  if (view === 'tunnel') drawTunnel();
  if (view === 'faults') drawFaults();
  if (view === 'requests') drawRequestsState();
}

function drawStats() {
  if (state.edge === null) return;
  const by = (status) => state.tunnels.filter((tunnel) => tunnel.status === status).length;
  say($('stat-tunnels'), state.tunnels.length);
  say($('stat-tunnels-note'), state.tunnels.length === 0 ? 'create the first one'
    : ['healthy', 'degraded', 'down', 'inactive'].filter((status) => by(status) > 0)
      .map((status) => `${by(status)} ${status}`).join(', '));
  const connections = state.tunnels.flatMap((tunnel) => tunnel.connectors).flatMap((connector) => connector.connections);
  const streams = connections.reduce((sum, connection) => sum + connection.streams, 0);
  say($('stat-connections'), connections.filter((connection) => connection.serving).length);
  say($('stat-connections-note'), `taking traffic, ${plural(streams, 'open stream')}`);
  drawRate();
  const running = state.faults.running.length;
  say($('stat-faults'), running);
  say($('stat-faults-note'), running === 0 ? 'all is well' : [...new Set(state.faults.running.map((one) => one.fault))].join(', '));
  $('nav-faults').hidden = running === 0;
  say($('nav-faults'), running);
}

// ---- Tunnels

const connectionsOf = (tunnel) => tunnel.connectors.flatMap((connector) => connector.connections);
const serving = (tunnel) => connectionsOf(tunnel).filter((connection) => connection.serving).length;

function showTunnels({ edge, tunnels }) {
  const before = new Map(state.tunnels.map((tunnel) => [tunnel.id, tunnel.status]));
  const changes = tunnels.filter((tunnel) => before.has(tunnel.id) && before.get(tunnel.id) !== tunnel.status);
  if (changes.length > 0) speak(changes.map((tunnel) => `Tunnel ${tunnel.name} is ${tunnel.status}`).join('. '));
  state.edge = edge;
  state.tunnels = tunnels;
  say($('edge-facts'), `Connectors dial ${edge.address}:${edge.tunnelPort} · HTTPS ${edge.httpsPort} · HTTP ${edge.httpPort}`);
  syncOptions($('filter').elements.tunnel, [['', 'All tunnels'], ...tunnels.map(({ name }) => [name, name])]);
  syncOptions($('aim').elements.scope, scopes());
  draw();
}

function syncOptions(select, options) {
  sync(select, options, ([value]) => value, ([value]) => {
    const option = el('option', { value });
    option.update = ([, text]) => say(option, text);
    return option;
  });
}

function drawTunnels() {
  const known = state.edge !== null;
  $('tunnel-table').hidden = state.tunnels.length === 0;
  $('no-tunnels').hidden = !known || state.tunnels.length > 0;
  sync($('tunnel-table').tBodies[0], state.tunnels, (tunnel) => tunnel.id, () => {
    const link = el('a');
    const badge = statusBadge();
    const pips = el('span', { class: 'pips', 'aria-hidden': 'true' });
    const connections = el('span');
    const connectors = cell('Connectors');
    const routes = cell('Published');
    const created = cell('Created', 'soft');
    return row(
      [cell('Name', 'lead', link), cell('Status', '', badge), cell('Connections', '', el('span', {}, pips, connections)),
        connectors, routes, created],
      (tunnel) => {
        say(link, tunnel.name);
        link.href = `#tunnel/${encodeURIComponent(tunnel.name)}`;
        badge.show(tunnel.status);
        const up = serving(tunnel);
        while (pips.children.length < HEALTHY_CONNECTIONS) pips.append(el('i'));
        [...pips.children].forEach((pip, index) => pip.classList.toggle('on', index < up));
        say(connections, `${up} of ${Math.max(HEALTHY_CONNECTIONS, connectionsOf(tunnel).length)}`);
        say(connectors, tunnel.connectors.length === 0 ? 'none'
          : tunnel.connectors.map((connector) => connector.version).join(', '));
        const hosts = [...new Set(tunnel.routes.map((one) => one.hostname))];
        say(routes, hosts.length === 0 ? 'none' : hosts.slice(0, 2).join(', ') + (hosts.length > 2 ? `, ${hosts.length - 2} more` : ''));
        say(created, ago(tunnel.createdAt));
      },
    );
  });
}

const current = () => state.tunnels.find((tunnel) => tunnel.name === shownTunnel);
const tunnelBadge = statusBadge();

function drawTunnel() {
  const tunnel = current();
  if (!tunnel) {
    if (state.edge !== null) location.replace('#tunnels');
    return;
  }
  say($('h-tunnel'), tunnel.name);
  document.title = `${tunnel.name} – Adit edge simulator`;
  tunnelBadge.show(tunnel.status);
  say($('tunnel-id'), tunnel.id);
  say($('tunnel-rules'), tunnel.version === null
    ? 'Its connector brings its own rules; publishing an application here replaces them.'
    : `Configuration version ${tunnel.version}`);
  drawCommand(tunnel);
  drawRoutes(tunnel);
  drawConnectors(tunnel);
}

function drawCommand(tunnel) {
  const token = state.tokens.get(tunnel.id);
  if (token === undefined) {
    state.tokens.set(tunnel.id, '');
    call('GET', `/sim/tunnels/${tunnel.id}/token`).then(
      (answer) => {
        state.tokens.set(tunnel.id, answer.token);
        draw();
      },
      (problem) => {
        state.tokens.delete(tunnel.id);
        alertUser(`Can't get the token: ${problem.message}`);
      },
    );
  }
  $('copy').disabled = !token;
  say($('command'), command(tunnel, $('show-token').checked || !token ? token || '…' : `${token.slice(0, 12)}…`));
}

function command(tunnel, token) {
  const { address, tunnelPort, caFile } = state.edge;
  const where = `--edge ${address}:${tunnelPort}`;
  const trust = `--cacert ${quote(caFile)}`;
  const file = `${tunnel.name}.token`;
  switch (document.querySelector('input[name="variant"]:checked').value) {
    case 'cloudflared':
      return `cloudflared tunnel ${where} --protocol http2 ${trust} --no-prechecks --no-autoupdate run --token ${token}`;
    case 'adit-file':
      return `(umask 077 && echo ${token} > ${file})\nadit tunnel run --token-file ${file} ${where} ${trust}`;
    default:
      return `adit tunnel run --token ${token} ${where} ${trust}`;
  }
}

async function copyCommand() {
  const tunnel = current();
  const text = command(tunnel, state.tokens.get(tunnel.id));
  try {
    await navigator.clipboard.writeText(text);
    say($('copy'), 'Copied');
    speak('Command copied');
    setTimeout(() => say($('copy'), 'Copy command'), 2000);
  } catch {
    $('show-token').checked = true;
    drawTunnel();
    window.getSelection().selectAllChildren($('command'));
    alertUser('The browser does not allow copying. The command is selected: copy it with the keyboard.');
  }
}

const publicUrl = (hostname) => `https://${hostname}:${state.edge.httpsPort}/`;

function drawRoutes(tunnel) {
  $('routes').hidden = tunnel.routes.length === 0;
  $('no-routes').hidden = tunnel.routes.length > 0;
  sync($('routes').tBodies[0], tunnel.routes, (one) => `${one.hostname} ${one.path}`, () => {
    const link = el('a', { target: '_blank', rel: 'noreferrer' });
    const path = cell('Path');
    const service = cell('Service');
    const edit = el('button', { type: 'button', class: 'small' }, 'Edit');
    const remove = el('button', { type: 'button', class: 'small' }, 'Delete');
    return row([cell('Host name', 'lead', link), path, service, cell('', 'actions', edit, remove)], (one) => {
      say(link, one.hostname);
      link.href = publicUrl(one.hostname);
      say(path, one.path || 'any');
      path.classList.toggle('soft', !one.path);
      say(service, one.service === null ? 'as the connector’s own rules say' : one.dns ? one.service : `${one.service} (no DNS record leads here)`);
      service.classList.toggle('soft', one.service === null);
      edit.setAttribute('aria-label', `Edit ${one.hostname} ${one.path}`.trim());
      remove.setAttribute('aria-label', `Delete ${one.hostname} ${one.path}`.trim());
      edit.onclick = () => openRoute(one);
      remove.onclick = () => confirmDelete(`Delete ${one.hostname}${one.path}?`,
        'Requests for it no longer reach your service.',
        () => call('DELETE', `/sim/tunnels/${tunnel.id}/applications`, { hostname: one.hostname, path: one.path }));
    });
  });
}

function drawConnectors(tunnel) {
  $('no-connectors').hidden = tunnel.connectors.length > 0;
  sync($('connectors'), tunnel.connectors, (connector) => connector.id, (first) => {
    const facts = ['version', 'arch', 'address', 'id'].map(() => el('span'));
    const body = el('tbody');
    const heads = ['Connection', 'Location', 'Round trip', 'Open streams', 'Since'];
    const box = el('div', { class: 'connector' },
      el('p', {}, ...facts),
      el('table', { class: 'stack' },
        el('caption', { class: 'hidden-text' }, `Connections of connector ${first.id}`),
        el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
        body));
    box.update = (connector) => {
      say(facts[0], connector.version);
      facts[0].className = 'soft';
      say(facts[1], connector.arch);
      say(facts[2], `from ${connector.address}`);
      say(facts[3], `ID ${connector.id}`);
      sync(body, connector.connections, (connection) => connection.index, () => {
        const cells = [cell('Connection', 'lead'), ...heads.slice(1).map((head) => cell(head))];
        return row(cells, (connection) => {
          say(cells[0], connection.serving ? `#${connection.index}` : `#${connection.index} (ending)`);
          say(cells[1], connection.location);
          say(cells[2], trip(connection.rttMicros));
          say(cells[3], connection.streams);
          say(cells[4], `${clock(connection.since)}, ${ago(connection.since)}`);
        });
      });
    };
    return box;
  });
}

// ---- Dialogs

function openDialog(dialog) {
  const form = dialog.querySelector('form');
  form.querySelector('.problem').hidden = true;
  dialog.showModal();
}

// Sends what a dialog is for, and keeps the dialog open if that fails.
function onSubmit(form, send) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const problem = form.querySelector('.problem');
    const button = form.querySelector('[type="submit"]');
    problem.hidden = true;
    button.disabled = true;
    try {
      await send(form.elements);
      form.closest('dialog').close();
    } catch (failure) {
      say(problem, failure.message);
      problem.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

let editedRoute = null;
let confirmed = null;

function openCreate() {
  $('create-form').reset();
  openDialog($('create-dialog'));
}

function openRoute(one) {
  editedRoute = one;
  const form = $('route-form');
  form.reset();
  if (one !== null) {
    form.elements.hostname.value = one.hostname;
    form.elements.path.value = one.path;
    form.elements.service.value = one.service ?? '';
  }
  say($('h-route'), one === null ? 'Add an application' : 'Edit the application');
  openDialog($('route-dialog'));
}

function confirmDelete(question, consequence, action) {
  confirmed = action;
  say($('h-confirm'), question);
  say($('confirm-text'), consequence);
  openDialog($('confirm-dialog'));
}

onSubmit($('create-form'), async (fields) => {
  const made = await call('POST', '/sim/tunnels', { name: fields.name.value.trim() });
  state.tokens.set(made.id, made.token);
  if (!state.tunnels.some((tunnel) => tunnel.id === made.id)) {
    state.tunnels.push({ id: made.id, name: made.name, status: 'inactive', createdAt: new Date().toISOString(), version: 1, routes: [], connectors: [] });
  }
  location.hash = `#tunnel/${encodeURIComponent(made.name)}`;
  speak(`Tunnel ${made.name} is created`);
});

onSubmit($('route-form'), async (fields) => {
  const order = { hostname: fields.hostname.value.trim(), path: fields.path.value.trim(), service: fields.service.value.trim() };
  if (editedRoute !== null) order.replaces = { hostname: editedRoute.hostname, path: editedRoute.path };
  await call('POST', `/sim/tunnels/${current().id}/applications`, order);
  speak(`${order.hostname} is published`);
});

onSubmit($('confirm-form'), () => confirmed());

// ---- Requests

function count(at, requests, errors) {
  const second = Math.floor(at / 1000);
  const sum = state.perSecond.get(second) ?? [0, 0];
  sum[0] += requests;
  sum[1] += errors;
  state.perSecond.set(second, sum);
}

function drawRate() {
  const oldest = Math.floor(Date.now() / 1000) - 60;
  let requests = 0;
  let errors = 0;
  for (const [second, [all, bad]] of state.perSecond) {
    if (second <= oldest) {
      state.perSecond.delete(second);
    } else {
      requests += all;
      errors += bad;
    }
  }
  say($('stat-requests'), requests);
  say($('stat-requests-note'), errors === 0 ? 'no server errors' : plural(errors, 'server error'));
}

function forgetRequests() {
  state.rows = [];
  state.waiting = [];
  state.perSecond.clear();
  $('request-table').tBodies[0].replaceChildren();
  drawRequestsState();
}

function addRequest(request) {
  count(Date.parse(request.at), 1, request.status >= 500 ? 1 : 0);
  addRow(request);
}

let drawing = false;

function addRow(request) {
  state.waiting.push(request);
  if (state.waiting.length > KEPT_REQUESTS) state.waiting.shift();
  if (!drawing) {
    drawing = true;
    // Once for all that came in one piece. Not a frame: there are none while the page is hidden.
    setTimeout(() => {
      drawing = false;
      drawWaiting();
    });
  }
}

function drawWaiting() {
  if (!state.paused && state.waiting.length > 0) {
    const added = state.waiting.map((request) => ({ request, node: requestRow(request) })).reverse();
    state.waiting = [];
    for (const { request, node } of added) node.hidden = !matches(request);
    $('request-table').tBodies[0].prepend(...added.map(({ node }) => node));
    state.rows.unshift(...added);
    for (const { node } of state.rows.splice(KEPT_REQUESTS)) node.remove();
  }
  drawRequestsState();
  drawRate();
}

function requestRow(request) {
  if (request.missed) {
    return el('tr', { class: 'gap' }, el('td', { colSpan: 7 },
      `${plural(request.missed, 'request')} left out: too many at once`));
  }
  const way = request.tunnel === null ? 'no tunnel' : `${request.tunnel} #${request.connection}`;
  return el('tr', { class: 'new' },
    el('td', { class: 'when soft' }, clock(request.at)),
    el('td', { class: 'method' }, request.method),
    el('td', { class: 'what' }, request.host, el('span', { class: 'path' }, request.path)),
    el('td', { class: `code c${Math.floor(request.status / 100)}` }, String(request.status)),
    el('td', { class: 'num took' }, millis(request.ms)),
    el('td', { class: 'num size' }, size(request.bytes)),
    el('td', { class: 'way' }, way));
}

function matches(request) {
  if (request.missed) return true;
  const { text, tunnel, status } = $('filter').elements;
  const wanted = text.value.trim().toLowerCase();
  return (tunnel.value === '' || request.tunnel === tunnel.value)
    && (status.value === '' || Math.floor(request.status / 100) === Number(status.value))
    && (wanted === '' || `${request.method} ${request.host}${request.path}`.toLowerCase().includes(wanted));
}

function filterRows() {
  for (const { request, node } of state.rows) node.hidden = !matches(request);
  drawRequestsState();
}

function drawRequestsState() {
  const visible = state.rows.filter(({ node }) => !node.hidden).length;
  const all = state.rows.length;
  say($('shown'), state.paused ? `Paused, ${state.waiting.length} waiting`
    : visible === all ? `${plural(all, 'request')} shown` : `${visible} of ${all} shown`);
  $('request-scroll').hidden = visible === 0;
  $('no-requests').hidden = visible > 0;
  if (visible > 0) return;
  const published = state.tunnels.flatMap((tunnel) => tunnel.routes)[0];
  say($('no-requests-lead'), all > 0 ? 'Nothing matches the filter' : 'No request yet');
  say($('no-requests-hint'), all > 0 ? 'Take a part of the filter away to see more.'
    : published ? 'Requests show up here as they end. Try one:'
      : 'Requests show up here as they end. First publish an application in one of your tunnels.');
  $('try').hidden = all > 0 || !published;
  if (published) {
    const { hostname } = published;
    say($('try'), `curl --cacert ${quote(state.edge.caFile)} --resolve ${hostname}:${state.edge.httpsPort}:${state.edge.address} ${publicUrl(hostname)}`);
  }
}

// ---- Faults

function scopes() {
  const all = [['{}', 'Everywhere']];
  for (const tunnel of state.tunnels) {
    all.push([JSON.stringify({ tunnel: tunnel.name }), `Tunnel ${tunnel.name}`]);
    for (const index of new Set(connectionsOf(tunnel).map((connection) => connection.index))) {
      all.push([JSON.stringify({ tunnel: tunnel.name, connection: index }), `Tunnel ${tunnel.name}, connection #${index}`]);
    }
  }
  for (const region of state.edge.regions ?? []) all.push([JSON.stringify({ region }), `Region ${region}`]);
  return all;
}

async function loadKinds() {
  state.kinds = [];
  try {
    state.kinds = (await call('GET', '/sim/faults')).kinds;
    drawFaults();
  } catch (problem) {
    state.kinds = null;
    alertUser(`Can't get the kinds of faults: ${problem.message}`);
  }
}

function showFaults(faults) {
  const running = new Set(state.faults.running.map((one) => one.sequence));
  const begun = faults.running.filter((one) => !running.has(one.sequence));
  if (begun.length > 0) speak(begun.map((one) => `Fault ${one.fault} began`).join('. '));
  else if (faults.running.length < state.faults.running.length) speak('A fault is over');
  state.faults = faults;
  draw();
}

const where = (scope) => (scope === 'all' ? 'everywhere' : scope.replace('/', ' ').replace('/', ' #'));

function drawFaults() {
  $('heal').disabled = state.faults.running.length === 0;
  $('no-running').hidden = state.faults.running.length > 0;
  sync($('running'), state.faults.running, (one) => one.sequence, (first) => {
    const left = el('span', { class: 'left' });
    const bar = el('progress', { 'aria-label': `Time left of ${first.fault}` });
    const button = el('button', { type: 'button', class: 'small', 'aria-label': `Heal ${first.fault}` }, 'Heal');
    button.onclick = () => call('DELETE', `/sim/faults/${first.sequence}`).catch((problem) => alertUser(problem.message));
    const item = el('li', {}, el('strong', {}, first.fault), el('span', { class: 'soft' }, where(first.scope)), left, bar, button);
    item.update = (one) => {
      bar.hidden = one.endsAt === null;
      if (one.endsAt === null) {
        say(left, 'until healed');
      } else {
        const total = (Date.parse(one.endsAt) - Date.parse(one.at)) / 1000;
        const rest = Math.max(0, (Date.parse(one.endsAt) - Date.now()) / 1000);
        bar.max = total;
        bar.value = rest;
        say(left, `${Math.ceil(rest)} s left`);
      }
    };
    return item;
  });
  sync($('kinds'), state.kinds ?? [], (kind) => kind.name, kindCard);
  const events = [...state.faults.events].reverse();
  $('events').hidden = events.length === 0;
  $('no-events').hidden = events.length > 0;
  sync($('events').tBodies[0], events, (one) => `${one.sequence} ${one.phase}`, (one) => row(
    [el('td', { class: 'soft' }, clock(one.at)), el('td', {}, one.phase), el('td', {}, one.fault), el('td', {}, where(one.scope))],
    () => {},
  ));
}

function kindCard(kind) {
  const title = `kind-${kind.name}`;
  const fields = kind.parameters.map(parameterField);
  const button = el('button', { type: 'submit', 'aria-label': `Inject ${kind.name}` }, 'Inject');
  const card = el('form', { class: 'kind', 'aria-labelledby': title },
    el('div', { class: 'top-line' }, el('h3', { id: title }, kind.name),
      el('span', { class: 'lasts' }, kind.instant ? 'happens at once' : 'lasts')),
    el('p', {}, `${kind.description[0].toUpperCase()}${kind.description.slice(1)}.`));
  if (fields.length > 0) card.append(el('div', { class: 'fields' }, ...fields.map(({ label }) => label)));
  card.append(button);
  card.addEventListener('submit', async (event) => {
    event.preventDefault();
    const aim = $('aim').elements;
    const order = { fault: kind.name, ...JSON.parse(aim.scope.value || '{}') };
    if (!kind.instant && aim.for.value !== '') order.for = aim.for.value;
    for (const { name, value } of fields) order[name] = value();
    button.disabled = true;
    try {
      await call('POST', '/sim/faults', order);
      speak(`${kind.name} injected`);
    } catch (problem) {
      alertUser(`${kind.name}: ${problem.message}`);
    } finally {
      button.disabled = false;
    }
  });
  card.update = () => {};
  return card;
}

function parameterField({ name, type, default: initial, description }) {
  let input;
  let value = () => input.value;
  if (type === 'boolean') {
    input = el('select', {}, el('option', { value: 'true' }, 'yes'), el('option', { value: 'false' }, 'no'));
    value = () => input.value === 'true';
  } else if (type.includes('|')) {
    input = el('select', {}, ...type.split('|').map((word) => el('option', { value: word }, word)));
  } else if (type === 'number') {
    input = el('input', { type: 'number', min: '0', required: true });
    value = () => Number(input.value);
  } else {
    input = el('input', { type: 'text', required: true, autocomplete: 'off' });
  }
  input.value = initial;
  input.title = description;
  return { name, value, label: el('label', {}, name, input) };
}

// ---- Controls

const THEMES = ['system', 'light', 'dark'];

function showTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  say($('theme'), `Theme: ${theme}`);
}

function storedTheme() {
  const theme = localStorage.getItem('theme');
  return THEMES.includes(theme) ? theme : 'system';
}

$('theme').addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(storedTheme()) + 1) % THEMES.length];
  localStorage.setItem('theme', next);
  showTheme(next);
});
showTheme(storedTheme());

$('tunnel-status').append(tunnelBadge);
$('create').addEventListener('click', openCreate);
for (const button of document.querySelectorAll('[data-create]')) button.addEventListener('click', openCreate);
for (const button of document.querySelectorAll('[data-close]')) {
  button.addEventListener('click', () => button.closest('dialog').close());
}
$('add-route').addEventListener('click', () => openRoute(null));
$('delete-tunnel').addEventListener('click', () => {
  const tunnel = current();
  confirmDelete(`Delete tunnel ${tunnel.name}?`, 'Its connectors are cut off and its applications are no longer published.', async () => {
    await call('DELETE', `/sim/tunnels/${tunnel.id}`);
    location.hash = '#tunnels';
  });
});
$('copy').addEventListener('click', copyCommand);
$('show-token').addEventListener('change', draw);
for (const choice of document.querySelectorAll('input[name="variant"]')) choice.addEventListener('change', draw);
$('filter').addEventListener('submit', (event) => event.preventDefault());
$('filter').addEventListener('input', filterRows);
$('aim').addEventListener('submit', (event) => event.preventDefault());
$('pause').addEventListener('click', () => {
  state.paused = !state.paused;
  $('pause').setAttribute('aria-pressed', String(state.paused));
  drawWaiting();
});
$('clear').addEventListener('click', forgetRequests);
$('heal').addEventListener('click', () => call('DELETE', '/sim/faults').catch((problem) => alertUser(problem.message)));

window.addEventListener('hashchange', route);
setInterval(draw, 1000);
route();
connect();
