/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.PeeklockConnectionFactory;
import java.nio.file.Path;

/** A process that has a store open until it is closed. */
record OtherProcess(Process process) implements AutoCloseable {

    /** Fails if the store is not free. */
    static OtherProcess holding(Path directory) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("held");
        return new OtherProcess(process);
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly().waitFor();
    }

    /** Opens a store and waits. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            PeeklockConnectionFactory factory = new PeeklockConnectionFactory("peeklock:file:" + args[0]);
            factory.createConnection();
            System.out.println("held");
            System.in.read();
        }
    }
}
