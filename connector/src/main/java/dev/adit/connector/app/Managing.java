package dev.adit.connector.app;

/** A command that manages tunnels through the API: its help shows how to prove the right to do so. */
interface Managing {}
