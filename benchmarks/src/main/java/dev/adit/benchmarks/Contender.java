package dev.adit.benchmarks;

/**
 * A server under load.
 *
 * @param name what the report calls it
 * @param process its process
 * @param connection the one connection to it
 */
record Contender(String name, Child process, JobRun.Opener connection) {}
