/** Draws what the event stream says; keeps the last picture, marked as old, while the stream is down. */
const TONES = {
  DELIVERED: 'good',
  ARCHIVED: 'good',
  DISPATCHED: 'way',
  OUT_FOR_DELIVERY: 'way',
  ARRIVING: 'way',
  REJECTED: 'warn',
  CANCELLED: 'warn',
  ATTEMPT_FAILED: 'warn',
  RETURNED: 'warn',
  FAILED: 'bad',
};
const byId = (id) => document.getElementById(id);
const nameOf = (status) => status.charAt(0) + status.slice(1).toLowerCase().replaceAll('_', ' ');
const timeOf = (iso) => (iso ? new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : '');

let picture = { now: '', counts: {}, orders: [] };

function cell(text, label) {
  const td = document.createElement('td');
  td.textContent = text;
  td.dataset.label = text === '' ? '' : label;
  return td;
}

function rowOf(order) {
  const row = document.createElement('tr');
  const status = cell('', '');
  const badge = document.createElement('span');
  badge.className = `status ${TONES[order.status] ?? ''}`;
  badge.textContent = nameOf(order.status);
  status.append(badge);
  row.append(
    cell(order.orderId, ''),
    status,
    cell(timeOf(order.statusAt), 'since'),
    cell(timeOf(order.promiseTo), 'by'),
    cell(order.vehicleId ?? '', 'vehicle'),
    cell(order.stopSequence === undefined ? '' : String(order.stopSequence), 'stop'),
  );
  return row;
}

function draw() {
  const wanted = byId('find').value.trim().toLowerCase();
  const shown = picture.orders.filter(({ orderId, vehicleId = '', status }) =>
    [orderId, vehicleId, status, nameOf(status)].some((text) => text.toLowerCase().includes(wanted)),
  );
  byId('clock').textContent = picture.now === '' ? '' : `${new Date(picture.now).toLocaleString()} in the region`;
  byId('counts').replaceChildren(
    ...Object.entries(picture.counts).map(([status, count]) => {
      const item = document.createElement('li');
      const number = document.createElement('strong');
      const name = document.createElement('span');
      number.textContent = String(count);
      name.textContent = nameOf(status);
      item.append(number, name);
      return item;
    }),
  );
  byId('empty').hidden = picture.orders.length > 0;
  byId('none').hidden = picture.orders.length === 0 || shown.length > 0;
  byId('orders').hidden = shown.length === 0;
  byId('orders').tBodies[0].replaceChildren(...shown.map(rowOf));
}

function setLink(text, state) {
  byId('link').textContent = text;
  byId('link').className = `link ${state}`;
  document.body.classList.toggle('stale', state === 'lost');
}

const stream = new EventSource('/events');
stream.onopen = () => setLink('live', 'live');
stream.onerror = () => setLink('disconnected, trying again', 'lost');
stream.onmessage = ({ data }) => {
  picture = JSON.parse(data);
  draw();
};
byId('find').addEventListener('input', draw);
