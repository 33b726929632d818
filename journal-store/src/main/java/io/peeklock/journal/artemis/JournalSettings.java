/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import java.time.Duration;

/**
 * Sizes and periods of one journal.
 *
 * <p>Immutable.
 *
 * @param fileBytes size of a journal file; may be changed between runs
 * @param maxRecordBytes largest body of one record
 * @param bufferBytes bytes that wait for the disk at most, in each of two buffers
 * @param firstFillBytes bytes on disk of a file that was just made
 * @param fillStepBytes zeros written ahead of the writer at a time
 * @param reserveBytes bytes kept back for the day when the disk is full
 * @param compactMinFiles files from which on compaction is considered
 * @param compactPercentage a journal whose live bytes fall below this part of its files is compacted
 * @param checkpointOperations operations after which a checkpoint is written, or a quarter of the live records if more
 * @param markInterval how far the mark may lag behind what is durable
 * @param spareTime how long files are kept to be written over while nothing is written
 */
public record JournalSettings(
        int fileBytes,
        int maxRecordBytes,
        int bufferBytes,
        int firstFillBytes,
        int fillStepBytes,
        int reserveBytes,
        int compactMinFiles,
        int compactPercentage,
        int checkpointOperations,
        Duration markInterval,
        Duration spareTime) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    public static final JournalSettings DEFAULT = new JournalSettings(
            10 * MIB,
            256 * KIB,
            MIB,
            64 * KIB,
            MIB,
            256 * KIB,
            8,
            30,
            4096,
            Duration.ofMillis(250),
            Duration.ofSeconds(5));
    // On a disk with room for fewer files, room is for records.
    private static final int PLENTY_FILES = 16;

    public JournalSettings {
        require(fileBytes >= 16 * KIB, "file size " + fileBytes + " is under 16 KiB");
        require(
                maxRecordBytes > 0 && maxRecordBytes <= fileBytes / 2,
                "record size " + maxRecordBytes + " is not between 1 and half of the file size, " + fileBytes / 2);
        require(
                bufferBytes >= maxRecordBytes + 4 * KIB,
                "buffer size " + bufferBytes + " does not hold a record of " + maxRecordBytes);
        require(firstFillBytes >= KIB && fillStepBytes >= KIB, "fill sizes are under 1 KiB");
        require(reserveBytes >= 0, "reserve is negative");
        require(compactMinFiles >= 2, "compaction needs two files at least");
        require(compactPercentage > 0 && compactPercentage < 100, "compaction percentage is not between 1 and 99");
        require(checkpointOperations > 0, "checkpoint period is not positive");
        require(!markInterval.isNegative(), "mark interval is negative");
        require(!spareTime.isNegative(), "spare time is negative");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** The same with files of another size, and records and fill steps that fit them. */
    public JournalSettings withFileBytes(int bytes) {
        return new JournalSettings(
                bytes,
                Math.min(maxRecordBytes, bytes / 2),
                bufferBytes,
                Math.min(firstFillBytes, bytes),
                Math.min(fillStepBytes, bytes),
                reserveBytes,
                compactMinFiles,
                compactPercentage,
                checkpointOperations,
                markInterval,
                spareTime);
    }

    public JournalSettings withCheckpointOperations(int operations) {
        return new JournalSettings(
                fileBytes,
                maxRecordBytes,
                bufferBytes,
                firstFillBytes,
                fillStepBytes,
                reserveBytes,
                compactMinFiles,
                compactPercentage,
                operations,
                markInterval,
                spareTime);
    }

    public JournalSettings withCompactMinFiles(int files) {
        return new JournalSettings(
                fileBytes,
                maxRecordBytes,
                bufferBytes,
                firstFillBytes,
                fillStepBytes,
                reserveBytes,
                files,
                compactPercentage,
                checkpointOperations,
                markInterval,
                spareTime);
    }

    public JournalSettings withReserveBytes(int bytes) {
        return new JournalSettings(
                fileBytes,
                maxRecordBytes,
                bufferBytes,
                firstFillBytes,
                fillStepBytes,
                bytes,
                compactMinFiles,
                compactPercentage,
                checkpointOperations,
                markInterval,
                spareTime);
    }

    public JournalSettings withMarkInterval(Duration interval) {
        return new JournalSettings(
                fileBytes,
                maxRecordBytes,
                bufferBytes,
                firstFillBytes,
                fillStepBytes,
                reserveBytes,
                compactMinFiles,
                compactPercentage,
                checkpointOperations,
                interval,
                spareTime);
    }

    public JournalSettings withSpareTime(Duration time) {
        return new JournalSettings(
                fileBytes,
                maxRecordBytes,
                bufferBytes,
                firstFillBytes,
                fillStepBytes,
                reserveBytes,
                compactMinFiles,
                compactPercentage,
                checkpointOperations,
                markInterval,
                time);
    }

    /** Whether so many bytes of a disk are plenty, so that files are kept or filled before they are needed. */
    boolean isPlenty(long usableBytes) {
        return usableBytes / PLENTY_FILES > fileBytes;
    }
}
