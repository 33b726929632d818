/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.redeployment;

import io.peeklock.servertests.inside.Ledger;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * Writes what it is given into the database, as {@link HarvestBean} does; but the first time it is in a session bean while both are
 * undeployed. What it is given is the beginning of the names of files that tell what it has come to. A bean of the server.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "jms/harvest"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class LingeringBean implements MessageListener {

    @EJB
    private Season season;

    @EJB
    private Ledger ledger;

    /** Exists when the bean is in its session bean. */
    static Path begun(String text) {
        return Path.of(text + ".begun");
    }

    /** Exists when its session bean is not to be had any more. */
    static Path ended(String text) {
        return Path.of(text + ".ended");
    }

    @Override
    public void onMessage(Message message) {
        try {
            String text = message.getBody(String.class);
            if (!Files.exists(begun(text))) {
                season.outlast(begun(text), ended(text));
            }
            ledger.write(text);
        } catch (JMSException | SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
