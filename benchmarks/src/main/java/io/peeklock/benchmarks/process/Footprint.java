/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a provider occupies at a moment.
 *
 * <p>Immutable.
 *
 * @param residentKiB memory of the whole process, 0 where the system does not tell
 * @param threads live threads that the bare process did not have
 * @param diskKiB disk space that the store occupies
 */
public record Footprint(long residentKiB, long threads, long diskKiB) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final String PEAK_RESIDENT = "VmHWM:";

    public static Footprint now(Path directory, int threadsBefore) throws IOException, InterruptedException {
        return new Footprint(status(RESIDENT), liveThreads() - threadsBefore, occupiedKiB(directory));
    }

    /** The most memory that the whole process had so far, 0 where the system does not tell. */
    public static long peakResidentKiB() throws IOException {
        return status(PEAK_RESIDENT);
    }

    /** Of all thread groups. Not by a management bean: that would load its classes into a start that is measured. */
    public static int liveThreads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group.activeCount();
    }

    private static long status(String name) throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(name)) {
                return Long.parseLong(
                        line.substring(name.length()).replace("kB", "").trim());
            }
        }
        return 0;
    }

    /** As du tells it: some stores make large files full of holes. */
    private static long occupiedKiB(Path directory) throws IOException, InterruptedException {
        Process du = new ProcessBuilder("du", "-sk", directory.toString())
                // A provider renames and deletes its files as it likes; what is gone is not counted.
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output;
        try (InputStream stream = du.getInputStream()) {
            output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        du.waitFor();
        int end = output.indexOf('\t');
        if (end < 0) {
            throw new IOException("du -sk told no size of " + directory);
        }
        return Long.parseLong(output.substring(0, end));
    }
}
