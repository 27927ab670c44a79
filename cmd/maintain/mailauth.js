// Authenticates messages with mailauth in one process. Arguments: folder with node_modules, DNS snapshot, file with one path a line.
// The DNS is the snapshot's records alone. Prints "path<tab>dkim=RESULT" for each message.
'use strict';
const fs = require('fs');
const [modules, snapshot, list] = process.argv.slice(2);
const { authenticate } = require(require.resolve('mailauth', { paths: [modules] }));

const records = new Map();
for (const line of fs.readFileSync(snapshot, 'latin1').split('\n')) {
    const [, name, type, data] = line.match(/^(\S+)\. \d+ IN (\S+) (.*)$/) || [];
    if (!name) continue;
    const values = records.get(name + ' ' + type) || [];
    values.push(type === 'TXT' ? data.slice(1, -1).split('" "') : data);
    records.set(name + ' ' + type, values);
}

const resolver = async (name, type) => {
    const found = records.get(name.toLowerCase() + ' ' + type);
    if (found) return found;
    throw Object.assign(new Error(type + ' of ' + name + ' is not there'), { code: 'ENOTFOUND' });
};

(async () => {
    for (const path of fs.readFileSync(list, 'utf8').split('\n').filter(Boolean)) {
        const { dkim } = await authenticate(fs.readFileSync(path), { trustReceived: true, mta: 'mx.example.org', disableBimi: true, resolver });
        console.log(path + '\t' + dkim.results.map(r => 'dkim=' + r.status.result).join(' '));
    }
})();
