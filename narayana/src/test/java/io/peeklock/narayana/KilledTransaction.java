/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import jakarta.jms.MessageConsumer;
import jakarta.jms.XASession;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.util.List;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;

/**
 * A process that takes an order from a queue, writes it to a database and sends it on to another queue, in one transaction,
 * and ends in the middle of it.
 *
 * <p>Run by tests as a JVM of its own.
 */
public final class KilledTransaction {

    static final int STATUS = 77;

    /** The database is enlisted without a name. */
    static final String NAMELESS = "nameless";

    private static volatile String point = "";

    private KilledTransaction() {}

    /** The program: the object store, the data, the point at which it ends, and maybe {@link #NAMELESS}. */
    public static void main(String[] arguments) throws Exception {
        point = arguments[2];
        Path data = Path.of(arguments[1]);
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreType(ShadowNoFileLockStore.class.getName());
        Bus bus = new Bus(RecoveryCrashTest.store(data));
        bus.send("orders", "one");
        Database database = new Database(data);
        PeeklockTransactions transactions = RecoveryCrashTest.setUp(Path.of(arguments[0]), data, bus, database);
        TransactionManager manager = transactions.transactionManager();
        XAConnection connection = database.source().getXAConnection();
        XASession session = bus.xaConnection().createXASession();
        manager.begin();
        manager.getTransaction().enlistResource(resource(bus, session));
        XAResource table = new ObservedResource(connection.getXAResource(), call -> reached("database." + call));
        boolean nameless = List.of(arguments).contains(NAMELESS);
        manager.getTransaction()
                .enlistResource(nameless ? table : NamedResource.of(RecoveryCrashTest.databaseName(data), table));
        try (MessageConsumer consumer = session.createConsumer(session.createQueue("orders"))) {
            String order = consumer.receive(60_000).getBody(String.class);
            Database.write(connection, order);
            Bus.send(session, "shipments", order);
        }
        manager.commit();
        System.exit(0);
    }

    /** As it is, like an application's, unless the process is to end within one of its calls. */
    private static XAResource resource(Bus bus, XASession session) {
        XAResource resource = session.getXAResource();
        return point.startsWith("bus.")
                ? NamedResource.of(
                        bus.namespace().id().toString(), new ObservedResource(resource, call -> reached("bus." + call)))
                : resource;
    }

    private static void reached(String here) {
        if (here.equals(point)) {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    /** Narayana's log, which ends the process beside the writing and the removal of an entry. By its name it finds the same folder. */
    public static final class ShadowNoFileLockStore
            extends com.arjuna.ats.internal.arjuna.objectstore.ShadowNoFileLockStore {

        public ShadowNoFileLockStore(ObjectStoreEnvironmentBean settings) throws ObjectStoreException {
            super(settings);
        }

        @Override
        public boolean write_committed(Uid id, String type, OutputObjectState state) throws ObjectStoreException {
            reached("log.write.before");
            boolean written = super.write_committed(id, type, state);
            reached("log.write.after");
            return written;
        }

        @Override
        public boolean remove_committed(Uid id, String type) throws ObjectStoreException {
            reached("log.remove.before");
            boolean removed = super.remove_committed(id, type);
            reached("log.remove.after");
            return removed;
        }
    }
}
