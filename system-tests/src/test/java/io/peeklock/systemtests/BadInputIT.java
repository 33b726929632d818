/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users get wrong gives a clear error, and nothing is lost or half created by it.
 *
 * <p>Not thread safe.
 */
final class BadInputIT {

    @TempDir
    Path directory;

    private Path store;

    @BeforeEach
    void nameTheStore() {
        store = directory.resolve("store");
    }

    @Nested
    final class Url {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "partition=4", // the option is called partitions
                    "autocreate.partitioned=true",
                    "partitions=0",
                    "partitions=-1",
                    "partitions=many",
                    "partitions=99999999999999999999",
                    "partitions",
                    "partitions=4&partitions=8",
                    "autoCreate=maybe",
                    "maxMessageSize=0",
                    "maxMessageSize=101MB",
                    "maxMessageSize=99999999999999999999GB",
                    "bodyMemory=0",
                    "bodyMemory=-5MB",
                    "indexMemory=1KB",
                    "journal.fileSize=1KB",
                    "journal.fileSize=2GB",
                    "defaultQueueSize=1KB",
                    "defaultQueueSize=1500MB&profile=azure", // 1 to 5 GB by the GB
                    "linger=forever",
                    "defaultLockDuration=6min",
                    "defaultMaxDeliveryCount=0",
                    "partition.16.directory=elsewhere", // of 16, counted from 0
                    "partition.x.directory=elsewhere",
                })
        void withAWrongOptionIsRefusedByNameAndCreatesNothing(String options) {
            String name = options.startsWith("partition.") ? "partition" : options.replaceFirst("=.*", "");
            assertRefused("peeklock:file:" + store + "?" + options).containsIgnoringCase(name);
            assertThat(store).doesNotExist();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "peeklock:", "peeklock:file:", "peeklock:tcp://host:1", "amqp://host", "peeklock:mem:"})
        void thatNamesNoStoreIsRefused(String url) {
            assertRefused(url).isNotBlank();
        }

        private static AbstractStringAssert<?> assertRefused(String url) {
            return assertThatThrownBy(() -> {
                        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                                Connection connection = factory.createConnection()) {
                            connection.start();
                        }
                    })
                    .isInstanceOfAny(IllegalArgumentException.class, JMSException.class)
                    .message();
        }
    }

    @Nested
    @Tag("Q4")
    final class QueueName {

        static Stream<String> bad() {
            return Stream.of(
                    "",
                    "..",
                    ".",
                    "../escape",
                    "a/../../escape",
                    "a\0b",
                    "/a",
                    "a/",
                    "a//b",
                    "a\\b",
                    "line\nfeed",
                    "half\uD83D",
                    "$deadletterqueue",
                    "q".repeat(261));
        }

        @ParameterizedTest
        @MethodSource("bad")
        void thatIsImpossibleIsRefusedAndCreatesNothing(String name) throws Exception {
            try (Bus bus = new Bus(url())) {
                bus.send("good", "before");
                List<Path> before = tree();
                assertThatThrownBy(() -> bus.send(name, "1")).isInstanceOf(JMSException.class);
                assertThat(tree()).isEqualTo(before);
                bus.send("good", "after");
                assertThat(bus.receiveAll("good")).containsExactly("before", "after");
            }
        }

        @Test
        void mayHave260Characters() throws Exception {
            String name = "q".repeat(260);
            try (Bus bus = new Bus(url())) {
                bus.send(name, "1");
                assertThat(bus.receiveAll(name)).containsExactly("1");
            }
        }

        @Test
        @Tag("D1")
        void ofADeadLetterQueueCannotBeSentTo() throws Exception {
            try (Bus bus = new Bus(url())) {
                bus.send("good", "1");
                assertThatThrownBy(() -> bus.send("good/$deadletterqueue", "2")).isInstanceOf(JMSException.class);
                assertThat(bus.receiveAll("good/$deadletterqueue")).isEmpty();
                assertThat(bus.receiveAll("good")).containsExactly("1");
            }
        }

        private List<Path> tree() throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                return files.sorted().toList();
            }
        }
    }

    @Nested
    final class OutgoingMessage {

        @Test
        @Tag("Q1")
        void overTheLimitIsRefusedAndTheOthersAreNot() throws Exception {
            try (Bus bus = new Bus(url())) {
                bus.send("q", "before");
                assertThatThrownBy(() -> bus.send("q", "large", 256 * 1024 + 1))
                        .asInstanceOf(type(JMSException.class))
                        .extracting(JMSException::getErrorCode)
                        .isEqualTo("MessageSizeExceeded");
                bus.send("q", "after");
                assertThat(bus.receiveAll("q")).containsExactly("before", "after");
            }
        }

        @Test
        @Tag("Q4")
        void withAnOverlongPartitionKeyIsRefused() throws Exception {
            try (Bus bus = new Bus(url() + "&autoCreate.partitioned=true")) {
                TextMessage message = TestMessages.create(bus.session, "1", 1);
                message.setStringProperty(TestMessages.PARTITION_KEY, "k".repeat(129));
                assertThatThrownBy(() -> bus.producer("q").send(message)).isInstanceOf(JMSException.class);
                assertThat(bus.receiveAll("q")).isEmpty();
            }
        }
    }

    @Nested
    final class Store {

        @Test
        void inUseByAnotherProcessIsRefusedNamingIt() throws Exception {
            try (JavaProcess holder = JavaProcess.start(HoldingWorker.class, url())) {
                assertThat(holder.read(1)).containsExactly(HoldingWorker.HOLDING);
                assertThatThrownBy(() -> new Bus(url()).close())
                        .hasMessageContaining(Long.toString(holder.pid()))
                        .asInstanceOf(type(JMSException.class))
                        .extracting(JMSException::getErrorCode)
                        .isEqualTo("StoreLocked");
                assertThat(holder.end()).isZero();
            }
            try (Bus bus = new Bus(url())) {
                assertThat(bus.receiveAll(HoldingWorker.QUEUE)).containsExactly("held-1");
            }
        }

        @Test
        void inADirectoryWithoutRightsIsRefusedAndNothingIsMade() throws Exception {
            Path locked = Files.createDirectory(directory.resolve("locked"));
            try (MountedDisk disk = MountedDisk.mountReadOnly(locked)) {
                store = locked.resolve("store");
                assertThatThrownBy(() -> new Bus(url()).close())
                        .isInstanceOf(JMSSecurityException.class)
                        .hasMessageContaining(store.toString())
                        .hasMessageContaining("no right to do so; give it to the user that runs this process");
                assertThat(locked).isEmptyDirectory();
            }
        }

        @Test
        void ofANewerFormatIsRefusedAndLeftAsItIs() throws Exception {
            try (Bus bus = new Bus(url())) {
                bus.send("q", "1");
            }
            String header = Files.readString(store.resolve("store.properties"));
            writeHeader(header.replaceFirst("(?m)^format=3$", "format=4"));
            assertThatThrownBy(() -> new Bus(url()).close())
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("format 4");
            writeHeader(header);
            try (Bus bus = new Bus(url())) {
                assertThat(bus.receiveAll("q")).containsExactly("1");
            }
        }

        @Test
        void withAnotherNumberOfPartitionsIsRefusedNamingBoth() throws Exception {
            try (Bus bus = new Bus(url())) {
                bus.send("q", "1");
            }
            assertThatThrownBy(() -> new Bus("peeklock:file:" + store + "?partitions=8").close())
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("2")
                    .hasMessageContaining("8");
            try (Bus bus = new Bus(url())) {
                assertThat(bus.receiveAll("q")).containsExactly("1");
            }
        }

        @Test
        void keepsItsNumberOfPartitionsWhenNoneIsGiven() throws Exception {
            try (Bus bus = new Bus(url())) {
                bus.send("q", "1");
            }
            try (Bus bus = new Bus("peeklock:file:" + store)) {
                assertThat(bus.receiveAll("q")).containsExactly("1");
            }
        }

        @Test
        void thatIsAFileIsRefused() throws IOException {
            Files.writeString(store, "precious");
            assertThatThrownBy(() -> new Bus(url()).close())
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining(store.toString());
            assertThat(store).hasContent("precious");
        }

        @Test
        void belowAFileIsRefused() throws IOException {
            Files.writeString(directory.resolve("file"), "precious");
            store = directory.resolve("file").resolve("store");
            assertThatThrownBy(() -> new Bus(url()).close())
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining(store.toString());
        }

        @Test
        void withSomethingElseInItIsRefusedAndLeftAlone() throws IOException {
            Path precious = Files.writeString(Files.createDirectory(store).resolve("precious"), "data");
            assertThatThrownBy(() -> new Bus(url()).close())
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("precious");
            try (Stream<Path> files = Files.list(store)) {
                assertThat(files).containsExactly(precious);
            }
        }

        /** Puts the text into both copies of the header, under a checksum that is right. */
        private void writeHeader(String text) throws IOException {
            String body = text.substring(0, text.lastIndexOf("crc32c="));
            CRC32C crc = new CRC32C();
            crc.update(body.getBytes(StandardCharsets.UTF_8));
            String sealed = body + "crc32c=" + String.format(Locale.ROOT, "%08x", crc.getValue()) + "\n";
            Files.writeString(store.resolve("store.properties"), sealed);
            Files.writeString(store.resolve("store.properties.copy"), sealed);
        }
    }

    private String url() {
        return "peeklock:file:" + store + "?partitions=2";
    }

    /**
     * A connection and a session.
     *
     * <p>One thread.
     */
    private static final class Bus implements AutoCloseable {

        private final PeeklockConnectionFactory factory;
        private final Connection connection;
        private final Session session;

        Bus(String url) throws JMSException {
            factory = new PeeklockConnectionFactory(url);
            connection = factory.createConnection();
            session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            connection.start();
        }

        MessageProducer producer(String queue) throws JMSException {
            return session.createProducer(session.createQueue(queue));
        }

        void send(String queue, String id) throws JMSException {
            send(queue, id, 10);
        }

        void send(String queue, String id, int length) throws JMSException {
            producer(queue).send(TestMessages.create(session, id, length));
        }

        /** The ids of all messages of a queue, in order; takes them. */
        List<String> receiveAll(String queue) throws JMSException {
            List<String> ids = new ArrayList<>();
            Drain.drain(
                    session,
                    queue,
                    message -> ids.addAll(TestMessages.got(message).ids()));
            return ids;
        }

        @Override
        public void close() throws Exception {
            try {
                connection.close();
            } finally {
                factory.close();
            }
        }
    }
}
