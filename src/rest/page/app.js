// Reads tailrace/connectors every two seconds and shows it. Everything from outside gets into the
// page as text, never as HTML.
'use strict';

const PERIOD = 2000;
const POINTS = 150; // five minutes
const cards = new Map(); // by connector name: {element, history, last}

const $ = (selector, root = document) => root.querySelector(selector);

function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

function number(n) {
  if (n < 10000) return String(Math.round(n));
  for (const [unit, size] of [['G', 1e9], ['M', 1e6], ['k', 1e3]])
    if (n >= size) return (n / size).toFixed(n / size < 10 ? 1 : 0) + unit;
}

function bytes(n) {
  if (n < 1024) return n + ' B';
  for (const [unit, size] of [['GiB', 2 ** 30], ['MiB', 2 ** 20], ['KiB', 1024]])
    if (n >= size) return (n / size).toFixed(n / size < 10 ? 1 : 0) + ' ' + unit;
}

function duration(s) {
  if (s < 1) return Math.round(s * 1000) + ' ms';
  if (s < 120) return s.toFixed(s < 10 ? 1 : 0) + ' s';
  if (s < 7200) return Math.round(s / 60) + ' min';
  return (s / 3600).toFixed(1) + ' h';
}

async function call(method, path) {
  const answer = await fetch('/' + path, { method, headers: { Accept: 'application/json' } });
  if (!answer.ok) {
    const body = await answer.json().catch(() => ({}));
    throw new Error(body.message || `${method} ${path}: HTTP ${answer.status}`);
  }
  return answer.status === 200 ? answer.json() : null;
}

function trouble(message) {
  $('#trouble').hidden = !message;
  text($('#trouble'), message || '');
}

async function act(name, method, verb) {
  try {
    await call(method, `connectors/${encodeURIComponent(name)}/${verb}`);
    trouble('');
    await refresh();
  } catch (error) {
    trouble(error.message);
  }
}

async function listTopics(name, card) {
  const list = $('.topics', card.element);
  try {
    const answer = await call('GET', `connectors/${encodeURIComponent(name)}/topics`);
    const topics = answer[name].topics.sort();
    list.replaceChildren(...(topics.length ? topics : ['none yet']).map((topic) => {
      const item = document.createElement('li');
      item.textContent = topic;
      return item;
    }));
  } catch (error) {
    trouble(error.message);
  }
}

function makeCard(name) {
  const element = $('#card').content.firstElementChild.cloneNode(true);
  const card = { element, history: [], last: null };
  text($('.name', element), name);
  $('.pause', element).onclick = () => act(name, 'PUT', 'pause');
  $('.resume', element).onclick = () => act(name, 'PUT', 'resume');
  $('.restart', element).onclick = () => act(name, 'POST', 'restart?includeTasks=true');
  $('details', element).ontoggle = (event) => event.target.open && listTopics(name, card);
  return card;
}

function draw(card) {
  const most = Math.max(1, ...card.history);
  const left = POINTS - card.history.length;
  const points = card.history.map((v, i) => `${left + i},${38 - (v / most) * 36}`).join(' ');
  $('polyline', card.element).setAttribute('points', points);
  text($('.chart title', card.element), `changes per second, at most ${number(most)}`);
}

function measure(card, connector, now) {
  const last = card.last;
  const again = last && connector.events >= last.events;
  const rate = again ? (connector.events - last.events) / ((now - last.now) / 1000) : 0;
  card.last = { events: connector.events, now };
  if (last) card.history.push(rate);
  if (card.history.length > POINTS) card.history.shift();
  return rate;
}

function showSnapshot(element, snapshot) {
  const box = $('.progress', element);
  box.hidden = !snapshot;
  if (!snapshot) return;
  const known = Math.max(snapshot.rows_estimated, snapshot.rows);
  const part = known ? Math.min(1, snapshot.rows / known) : 0;
  $('.bar', box).style.width = `${(part * 100).toFixed(1)}%`;
  text($('.percent', box), `snapshot: ${number(snapshot.rows)} of about ${number(known)} rows, ` +
    `${snapshot.tables_done} of ${snapshot.tables} tables${snapshot.table ? `, ${snapshot.table}` : ''}`);
}

function showLag(element, connector) {
  const parts = [];
  if (connector.lag_seconds != null) parts.push(duration(connector.lag_seconds));
  if (connector.lag_bytes != null) parts.push(bytes(connector.lag_bytes));
  text($('.lag', element), parts.join(', ') || '–');
}

function showCard(card, connector, now) {
  const { element } = card;
  const state = connector.task_state || connector.state;
  const badge = $('.state', element);
  text(badge, state);
  badge.className = `state ${state}`;
  const kind = (connector.class || connector.type).split('.').pop().replace(/(.)Connector$/, '$1');
  text($('.kind', element), [kind, connector.phase].filter(Boolean).join(' · '));
  text($('.rate', element), `${number(measure(card, connector, now))}/s`);
  text($('.events', element), `${number(connector.events)}, ${bytes(connector.bytes)}`);
  showLag(element, connector);
  showSnapshot(element, connector.snapshot);
  $('.wait', element).hidden = !connector.stuck;
  text($('.wait', element), connector.stuck ? `no progress: waits for ${connector.stuck}` : '');
  $('.error', element).hidden = !connector.trace;
  text($('.error', element), connector.trace || '');
  const warnings = $('.warnings', element);
  warnings.hidden = !connector.warnings.length;
  if (warnings.childElementCount !== connector.warnings.length)
    warnings.replaceChildren(...connector.warnings.map((warning) => {
      const item = document.createElement('li');
      item.textContent = warning;
      return item;
    }));
  $('.pause', element).disabled = connector.state !== 'RUNNING';
  $('.resume', element).disabled = !['PAUSED', 'STOPPED'].includes(connector.state);
  $('.restart', element).disabled = ['PAUSED', 'STOPPED', 'UNASSIGNED'].includes(connector.state);
  draw(card);
}

function summarize(connectors) {
  const counts = new Map();
  for (const connector of connectors) {
    const state = (connector.task_state || connector.state).toLowerCase();
    counts.set(state, (counts.get(state) || 0) + 1);
  }
  const parts = [...counts].map(([state, n]) => `${n} ${state}`);
  text($('#summary'), connectors.length === 1 ? `one connector, ${parts[0].slice(2)}`
    : `${connectors.length} connectors${parts.length ? ': ' + parts.join(', ') : ''}`);
}

function show(connectors) {
  const now = performance.now();
  const main = $('#connectors');
  const names = new Set(connectors.map((connector) => connector.name));
  for (const [name, card] of cards)
    if (!names.has(name)) {
      card.element.remove();
      cards.delete(name);
    }
  for (const connector of connectors) {
    if (!cards.has(connector.name)) cards.set(connector.name, makeCard(connector.name));
    const card = cards.get(connector.name);
    showCard(card, connector, now);
    main.append(card.element);
  }
  $('#none').hidden = connectors.length > 0;
  summarize(connectors);
}

async function refresh() {
  show(await call('GET', 'tailrace/connectors'));
}

async function tick() {
  try {
    await refresh();
    trouble('');
  } catch (error) {
    trouble(`The worker does not answer: ${error.message}`);
  }
  setTimeout(tick, PERIOD);
}

tick();
