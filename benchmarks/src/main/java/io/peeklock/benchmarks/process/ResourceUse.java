/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has used so far, or between two such moments.
 *
 * <p>Immutable.
 *
 * @param allocatedBytes heap allocated by the threads that are alive
 * @param cpuNanos processor time of the whole process
 * @param writtenBytes bytes written to files, 0 where the system does not tell
 */
public record ResourceUse(long allocatedBytes, long cpuNanos, long writtenBytes) {

    private static final Path IO = Path.of("/proc/self/io");
    /** Not write_bytes: that counts a page of up to 1 MiB for each byte that changes in it. */
    private static final String WRITTEN = "wchar:";

    public static ResourceUse now() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            // Threads that ended in between count -1.
            allocated += Math.max(0, bytes);
        }
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new ResourceUse(allocated, system.getProcessCpuTime(), written());
    }

    ResourceUse since(ResourceUse earlier) {
        return new ResourceUse(
                allocatedBytes - earlier.allocatedBytes,
                cpuNanos - earlier.cpuNanos,
                writtenBytes - earlier.writtenBytes);
    }

    private static long written() throws IOException {
        if (!Files.isReadable(IO)) {
            return 0;
        }
        for (String line : Files.readAllLines(IO)) {
            if (line.startsWith(WRITTEN)) {
                return Long.parseLong(line.substring(WRITTEN.length()).trim());
            }
        }
        return 0;
    }
}
