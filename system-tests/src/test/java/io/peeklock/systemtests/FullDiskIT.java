/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that is really full: a small file system of its own, where the machine lets the test mount one.
 *
 * <p>Not thread safe. Skipped elsewhere; the same is tested on a simulated disk in journal-store.
 */
final class FullDiskIT {

    private static final int DISK_MB = 96;
    private static final int BLOCK_BYTES = 4096;
    private static final int MESSAGE_CHARS = 128 * 1024;
    private static final int MORE_THAN_FITS = 2 * DISK_MB * 1024 / 128;
    private static final String QUEUE = "q";

    @TempDir
    Path directory;

    private @Nullable MountedDisk disk;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = MountedDisk.mount(directory, DISK_MB);
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (disk != null) {
            disk.close();
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

    private Path takeWhatIsLeft() throws IOException {
        Path file = directory.resolve("filler");
        try (OutputStream filler = Files.newOutputStream(file)) {
            byte[] bytes = new byte[BLOCK_BYTES];
            assertThatIOException().isThrownBy(() -> {
                for (int i = 0; i < DISK_MB * 1024; i++) {
                    filler.write(bytes);
                }
            });
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 8, 12, 40, 100})
    void makesNoStoreThatIsNotWholeWhenThereIsRoomAgain(int blocksLeft) throws Exception {
        Path filler = takeWhatIsLeft();
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - (long) blocksLeft * BLOCK_BYTES);
        }
        JMSException refusal = catchThrowableOfType(
                JMSException.class,
                () -> withSession(session -> session.createProducer(session.createQueue(QUEUE))
                        .send(TestMessages.create(session, "no room", 10))));
        assertThat(refusal).hasMessageContaining("full");
        assertThat(refusal.getErrorCode()).isEqualTo("QuotaExceeded");
        Files.delete(filler);
        withSession(session -> {
            session.createProducer(session.createQueue(QUEUE)).send(TestMessages.create(session, "room", 10));
            assertThat(receiveAll(session)).containsExactly("room");
        });
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
}
