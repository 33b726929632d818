/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * What a backup holds.
 *
 * <p>Immutable.
 *
 * @param directory where it lies
 * @param at the instant whose state it is, of all journals alike
 * @param files number of its files
 * @param bytes bytes of its files
 * @param liveRecords records that a restored store begins with
 * @param held how long appends waited for it; zero if nobody could append
 */
public record BackupReport(Path directory, Instant at, int files, long bytes, long liveRecords, Duration held) {}
