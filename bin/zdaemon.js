#!/usr/bin/env node
require('../dist/boot.js').load('main').main('zdaemon');
