/** What every page of the desk needs. One module for each concern; a screen's own modules are imported here too. */
import { start as startDialogs } from "./dialogs.js";
import "./live.js";
import { start as startLamps } from "./lamps.js";
import { start as startLeaving } from "./leaving.js";
import { start as startMenus } from "./menus.js";
import { start as startPlaces } from "./places.js";
import { start as startPlayer } from "./player.js";
import { start as startTheme } from "./theme.js";
import { start as startToasts } from "./toasts.js";
import { start as startWaiting } from "./waiting.js";

startWaiting();
startLamps();
startLeaving();
startMenus();
startDialogs();
startPlaces();
startPlayer();
startTheme();
startToasts();
