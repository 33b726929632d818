/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is really full: a small file system of its own, where the machine lets the test mount one.
 *
 * <p>Not thread safe. Skipped elsewhere; the same is tested on a simulated disk in journal-store.
 */
final class FullDiskIT {

    private static final int DISK_MB = 96;
    private static final int MESSAGE_CHARS = 128 * 1024;
    private static final int MORE_THAN_FITS = 2 * DISK_MB * 1024 / 128;
    private static final String QUEUE = "q";

    @TempDir
    Path directory;

    private boolean mounted;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MB + "m,mode=700", "tmpfs", directory.toString());
        assumeTrue(mounted, "no file system can be mounted here");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (mounted) {
            run("umount", directory.toString());
        }
    }

    @Test
    @Tag("Q3")
    void refusesSendsAndServesWhatItHas() throws Exception {
        List<String> sent = fillAndClose();
        assertThat(sent).hasSizeGreaterThan(10);
        // Opened again, because a full disk must not keep a store from being drained.
        withSession(session -> assertThat(receiveAll(session)).containsExactlyElementsOf(sent));
    }

    @Test
    @Tag("Q3")
    void servesWhatItHasWhenOthersTookTheLastByte() throws Exception {
        List<String> sent = fillAndClose();
        takeWhatIsLeft();
        withSession(session -> assertThat(receiveAll(session)).containsExactlyElementsOf(sent));
        withSession(session -> assertThat(receiveAll(session)).isEmpty());
    }

    private void takeWhatIsLeft() throws IOException {
        try (OutputStream filler = Files.newOutputStream(directory.resolve("filler"))) {
            byte[] bytes = new byte[4096];
            assertThatIOException().isThrownBy(() -> {
                for (int i = 0; i < DISK_MB * 1024; i++) {
                    filler.write(bytes);
                }
            });
        }
    }

    @Test
    @Tag("Q3")
    void takesMessagesAgainWhenItIsDrained() throws Exception {
        fillAndClose();
        withSession(session -> {
            receiveAll(session);
            MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
            Message after = TestMessages.create(session, "after", 10);
            await().ignoreExceptionsInstanceOf(ResourceAllocationException.class)
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> producer.send(after));
            assertThat(receiveAll(session)).containsExactly("after");
        });
    }

    /** What is done with a session. */
    @FunctionalInterface
    private interface Work {
        void with(Session session) throws JMSException;
    }

    /** Sends until a send is refused; gives the ids of what was sent. */
    private List<String> fillAndClose() throws Exception {
        List<String> sent = new ArrayList<>();
        withSession(session -> {
            MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
            JMSException refusal = catchThrowableOfType(JMSException.class, () -> fill(session, producer, sent));
            assertThat(refusal.getErrorCode()).as(refusal.toString()).isEqualTo("QuotaExceeded");
        });
        return sent;
    }

    private void withSession(Work work) throws Exception {
        try (PeeklockConnectionFactory factory = factory();
                Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            work.with(session);
        }
    }

    private PeeklockConnectionFactory factory() throws JMSException {
        return new PeeklockConnectionFactory("peeklock:file:" + directory.resolve("store") + "?partitions=1");
    }

    private static void fill(Session session, MessageProducer producer, List<String> sent) throws JMSException {
        for (int i = 0; i < MORE_THAN_FITS; i++) {
            producer.send(TestMessages.create(session, "m" + i, MESSAGE_CHARS));
            sent.add("m" + i);
        }
    }

    private static List<String> receiveAll(Session session) throws JMSException {
        List<String> ids = new ArrayList<>();
        Drain.drain(
                session, QUEUE, message -> ids.addAll(TestMessages.got(message).ids()));
        return ids;
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            // There is no such command on this machine.
            return false;
        }
    }
}
