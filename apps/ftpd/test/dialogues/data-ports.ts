import { dialogue, download, list, send, upload, type Dialogue, type DialogueOptions } from './dialogue.ts';

const files: DialogueOptions = { files: { file: 'hello' } };
const image = send('TYPE I', 200);

/** PASV, EPSV, PORT, EPRT; foreign addresses are in the bounce tests. */
export const dataPorts: readonly Dialogue[] = [
  dialogue(
    'PASV names the address of the control connection',
    [
      send('PASV', 227, /^Entering Passive Mode \(127,0,0,1,\d{1,3},\d{1,3}\)\.?$/),
      image,
      download('RETR file', 'hello', { via: 'PASV' }),
    ],
    files,
  ),
  dialogue(
    'EPSV names a port',
    [
      send('EPSV', 229, /^Entering Extended Passive Mode \(\|\|\|\d{4,5}\|\)$/),
      image,
      download('RETR file', 'hello', { via: 'EPSV' }),
    ],
    files,
  ),
  dialogue(
    'PORT lets the server connect',
    [image, download('RETR file', 'hello', { via: 'PORT' }), upload('STOR new', 'abc', { via: 'PORT' })],
    { ...files, leaves: { new: 'abc' } },
  ),
  dialogue(
    'EPRT lets the server connect',
    [image, download('RETR file', 'hello', { via: 'EPRT' }), upload('STOR new', 'abc', { via: 'EPRT' })],
    { ...files, leaves: { new: 'abc' } },
  ),
  dialogue('EPSV over IPv6', [image, download('RETR file', 'hello')], { ...files, host: '::1' }),
  dialogue('EPRT over IPv6', [image, download('RETR file', 'hello', { via: 'EPRT' })], {
    ...files,
    host: '::1',
  }),
  dialogue(
    'listings over each kind of data connection',
    [
      list('LIST -1', ['file'], { via: 'PASV' }),
      list('LIST -1', ['file'], { via: 'PORT' }),
      list('LIST -1', ['file'], { via: 'EPRT' }),
      list('LIST -1', ['file'], { via: 'EPSV' }),
    ],
    files,
  ),
  dialogue('EPSV of a protocol by number', [send('EPSV 1', 229), send('EPSV 2', 229)]),
  dialogue('EPSV of a protocol that is not there names those that are', [send('EPSV 3', 522, /\(1,2\)/)]),
  dialogue('EPSV wants a number or ALL', [send('EPSV x', 501)]),
  dialogue(
    'EPSV ALL refuses every other command',
    [
      send('EPSV ALL', 200),
      send('PASV', 500),
      send('PORT 127,0,0,1,200,200', 500),
      send('EPRT |1|127.0.0.1|40000|', 500),
      image,
      download('RETR file', 'hello'),
    ],
    files,
  ),
  dialogue('PASV takes no argument', [send('PASV x', 501)]),
  dialogue(
    'a new PASV replaces the old one',
    [send('PASV', 227), send('PASV', 227), image, download('RETR file', 'hello', { via: 'PASV' })],
    files,
  ),
  dialogue(
    'PASV after PORT wins',
    [send('PORT 127,0,0,1,200,200', 200), image, download('RETR file', 'hello', { via: 'PASV' })],
    files,
  ),
  dialogue('PORT wants six numbers below 256', [
    send('PORT', 501),
    send('PORT 1,2,3', 501),
    send('PORT a,b,c,d,e,f', 501),
    send('PORT 127,0,0,1,256,0', 501),
    send('PORT 127,0,0,1,-1,5', 501),
    send('PORT 127.0.0.1:3000', 501),
  ]),
  dialogue('EPRT wants protocol, address and port', [
    send('EPRT', 501),
    send('EPRT |1|bad|40000|', 501),
    send('EPRT |1|127.0.0.1|40000', 501),
    send('EPRT |1|localhost|40000|', 501),
  ]),
  dialogue('EPRT of a protocol that is not there names those that are', [
    send('EPRT |3|127.0.0.1|40000|', 522, /\(1,2\)/),
  ]),
  dialogue('EPRT takes any delimiter', [send('EPRT !1!127.0.0.1!40000!', 200)]),
  dialogue(
    'a port where nobody listens answers 425',
    [send('PORT 127,0,0,1,39,17', 200), send('RETR file', 425)],
    files,
  ),
  dialogue(
    'PassivePorts limits the ports',
    [send('EPSV', 229, /\|\|\|(?:390(?:0\d|1\d))\|/), send('PASV', 227, /,152,(?:8[89]|9\d|10[0-7])\)/)],
    { config: ['PassivePorts 39000 39019'] },
  ),
  dialogue(
    'MasqueradeAddress changes the answer to PASV',
    [send('PASV', 227, /\(192,0,2,7,\d+,\d+\)/), send('EPSV', 229)],
    { config: ['MasqueradeAddress 192.0.2.7'] },
  ),
  dialogue(
    'AllowForeignAddress on takes other addresses',
    [send('PORT 127,0,0,2,200,200', 200), send('EPRT |1|127.0.0.2|40000|', 200)],
    { config: ['AllowForeignAddress on'] },
  ),
];
