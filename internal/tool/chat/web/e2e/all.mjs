// All tests of the page, in the program that $BATON names and the browser $CHROMIUM.
import './chat.test.mjs';
import './resume.test.mjs';
import './access.test.mjs';
