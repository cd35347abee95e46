import { defineDirective, exactlyOne, text } from '@ftpd/config';

const module = 'mod_core.c';

export const userOwner = defineDirective({
  name: 'UserOwner',
  module,
  syntax: 'UserOwner user-name',
  contexts: ['<Anonymous>', '<Directory>'],
  repeats: 'last-wins',
  doc: 'Whose new files and folders are; the keeper gives them away. Without it: the user’s.',
  parse: exactlyOne(text),
});

export const groupOwner = defineDirective({
  name: 'GroupOwner',
  module,
  syntax: 'GroupOwner group-name|~',
  contexts: ['<Anonymous>', '<Directory>', '.ftpaccess'],
  repeats: 'last-wins',
  doc: 'The group of new files and folders: one that the user is in, or any with UserOwner; ~: the user’s own.',
  parse: exactlyOne(text),
});

export const ownerRows = [userOwner, groupOwner];
