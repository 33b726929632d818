/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Describes where a run took place, without naming the machine.
 *
 * <p>Stateless.
 */
public final class Machine {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final String CPU_MODEL = "model name";

    private Machine() {}

    /** Processor, memory, operating system, and the file system of the directory. */
    public static String describe(Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        return String.format(
                Locale.ROOT,
                "%d cores (%s), %d GiB, %s %s, %s",
                Runtime.getRuntime().availableProcessors(),
                processor(),
                memoryBytes() >> 30,
                System.getProperty("os.name"),
                System.getProperty("os.version").replaceAll("-.*", ""),
                store.type());
    }

    public static String jdk() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version");
    }

    private static String processor() throws IOException {
        if (Files.isReadable(CPU_INFO)) {
            for (String line : Files.readAllLines(CPU_INFO)) {
                if (line.startsWith(CPU_MODEL)) {
                    return line.substring(line.indexOf(':') + 1).trim();
                }
            }
        }
        return System.getProperty("os.arch");
    }

    private static long memoryBytes() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
    }
}
