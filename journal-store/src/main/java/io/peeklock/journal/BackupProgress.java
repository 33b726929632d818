/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

/**
 * How far a backup, its verification or a restore is.
 *
 * <p>Immutable.
 *
 * @param phase what is being done
 * @param bytesDone bytes of it that are done
 * @param bytesTotal of how many
 */
public record BackupProgress(Phase phase, long bytesDone, long bytesTotal) {

    /** What is being done. */
    public enum Phase {
        /** Files are copied. */
        COPYING,
        /** The copy is read again. */
        VERIFYING
    }
}
